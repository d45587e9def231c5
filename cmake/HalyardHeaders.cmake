# SPDX-License-Identifier: MIT
# Reading the headers of Qt and of the standard library takes most of a build. They are compiled once for each kind
# of target instead. Only headers of others: what our own files include of each other is still seen in every file,
# and clang-tidy, which reads files without any of this, sees that each includes what it needs.

set(standard_headers
    <algorithm> <array> <bit> <charconv> <chrono> <cstddef> <cstdint> <cstring> <deque> <functional> <limits> <map>
    <memory> <mutex> <optional> <set> <span> <sstream> <string> <string_view> <unordered_map> <utility> <variant>
    <vector> <tl/expected.hpp>)
set(HALYARD_HEADERS_qt ${standard_headers} <QtCore/QtCore> <QtNetwork/QtNetwork>)
set(HALYARD_HEADERS_widgets ${HALYARD_HEADERS_qt} <QtGui/QtGui> <QtWidgets/QtWidgets>)
set(HALYARD_HEADERS_inner-test ${standard_headers} <gtest/gtest.h> <nlohmann/json.hpp>)
set(HALYARD_HEADERS_qt-test ${HALYARD_HEADERS_qt} <QtTest/QtTest>)
set(HALYARD_HEADERS_widgets-test ${HALYARD_HEADERS_widgets} <QtTest/QtTest>)

set(HALYARD_LIBRARIES_qt tl::expected Qt6::Core Qt6::Network)
set(HALYARD_LIBRARIES_widgets ${HALYARD_LIBRARIES_qt} Qt6::Gui Qt6::Widgets)
set(HALYARD_LIBRARIES_inner-test halyard-test-settings tl::expected GTest::gtest nlohmann_json::nlohmann_json)
set(HALYARD_LIBRARIES_qt-test ${HALYARD_LIBRARIES_qt} halyard-test-settings Qt6::Test)
set(HALYARD_LIBRARIES_widgets-test ${HALYARD_LIBRARIES_widgets} halyard-test-settings Qt6::Test)

# halyard_use_headers(TARGET KIND): its files find the headers of this kind compiled, and it links what they belong to,
# because they are the same only where the same macros are defined. A kind is compiled when the first target asks.
function(halyard_use_headers target kind)
    set(headers halyard-headers-${kind})
    if(NOT TARGET ${headers})
        set(source "${PROJECT_BINARY_DIR}/headers/${kind}.cpp")
        file(CONFIGURE OUTPUT "${source}" CONTENT "// Nothing but the headers.\n" @ONLY)
        add_library(${headers} OBJECT "${source}")
        target_link_libraries(${headers} PRIVATE halyard-settings ${HALYARD_LIBRARIES_${kind}})
        target_precompile_headers(${headers} PRIVATE ${HALYARD_HEADERS_${kind}})
        # Compiled anew in each build folder, because the result holds that folder's path. For ccache it is what
        # stands beside it: so objects made with it are found from other folders too.
        set_target_properties(${headers} PROPERTIES CXX_EXTENSIONS OFF CXX_COMPILER_LAUNCHER "")
        if(NOT kind STREQUAL inner-test)
            set_target_properties(${headers} PROPERTIES POSITION_INDEPENDENT_CODE ON)
        endif()
        foreach(suffix IN ITEMS gch pch)
            file(CONFIGURE OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${headers}.dir/cmake_pch.hxx.${suffix}.sum"
                CONTENT "${HALYARD_HEADERS_${kind}}; Qt ${Qt6_VERSION}, GoogleTest ${GTest_VERSION}, JSON ${nlohmann_json_VERSION}\n"
                @ONLY)
        endforeach()
    endif()
    target_precompile_headers(${target} REUSE_FROM ${headers})
    target_link_libraries(${target} PRIVATE ${HALYARD_LIBRARIES_${kind}})
    # GCC 12 forgets that std::string comes from a system header, and warns about correct uses of it.
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow -Wno-array-bounds>)
endfunction()

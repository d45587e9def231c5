# SPDX-License-Identifier: MIT
# One function for each kind of target, so that warnings, language level and output folders are said once.

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)

# Build settings of our own code; never exported to users.
add_library(halyard-settings INTERFACE)
target_compile_features(halyard-settings INTERFACE cxx_std_20)
target_compile_options(halyard-settings INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wold-style-cast -Wcast-align
    -Wno-missing-field-initializers                # {.payload = x} means the defaults for the rest
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>        # GCC 12 reports correct std::string concatenations
    $<$<BOOL:${HALYARD_WERROR}>:-Werror>)
target_compile_definitions(halyard-settings INTERFACE QT_NO_KEYWORDS QT_NO_CAST_TO_ASCII QT_NO_FOREACH)

# Tests are compiled as quickly as possible: what they test is as fast as ever.
add_library(halyard-test-settings INTERFACE)
target_compile_options(halyard-test-settings INTERFACE -O0)

include(HalyardHeaders)

# halyard_add_folder(NAME [QT] HEADERS public... SOURCES private... [LINK libraries...])
# A folder of src/ as an object library `halyard-NAME`: compiled once, part of Halyard::Wire, Halyard::Halyard or both.
# LINK names other folders (arrows point inward) and outside libraries. HEADERS are installed below include/halyard.
function(halyard_add_folder name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "QT" "" "HEADERS;SOURCES;LINK")
    set(target halyard-${name})
    add_library(${target} OBJECT ${arg_HEADERS} ${arg_SOURCES})
    set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON)
    target_include_directories(${target} PUBLIC "${PROJECT_SOURCE_DIR}/src")
    target_link_libraries(${target} PRIVATE halyard-settings PUBLIC ${arg_LINK})
    if(arg_QT)
        set_target_properties(${target} PROPERTIES AUTOMOC ON)
        target_link_libraries(${target} PUBLIC Qt6::Core Qt6::Network)
        halyard_use_headers(${target} qt)
    endif()
    cmake_path(GET CMAKE_CURRENT_SOURCE_DIR FILENAME folder)
    foreach(header IN LISTS arg_HEADERS)
        if(header MATCHES "_p\\.h$")
            message(FATAL_ERROR "${header} is private and cannot be installed: list it under SOURCES")
        endif()
        cmake_path(GET header PARENT_PATH subfolder)
        install(FILES ${header} DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/halyard/${folder}/${subfolder}"
            COMPONENT Development)
    endforeach()
endfunction()

# halyard_add_library(NAME STATIC|SHARED FOLDERS names... [PUBLIC libraries...] [PRIVATE libraries...])
# A library as users link it, Halyard::NAME, made of whole folders; exported as the package component NAME.
function(halyard_add_library name kind)
    cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "FOLDERS;PUBLIC;PRIVATE")
    string(REGEX REPLACE "^HalyardHalyard$" "Halyard" target "Halyard${name}")
    list(TRANSFORM arg_FOLDERS REPLACE "(.+)" "$<TARGET_OBJECTS:halyard-\\1>" OUTPUT_VARIABLE objects)
    add_library(${target} ${kind} ${objects})
    add_library(Halyard::${name} ALIAS ${target})
    target_compile_features(${target} PUBLIC cxx_std_20)
    # Both spellings work everywhere: <halyard/wire/error.h> for users, "wire/error.h" among ourselves.
    target_include_directories(${target} PUBLIC
        "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src;${PROJECT_BINARY_DIR}/include>"
        "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR};${CMAKE_INSTALL_INCLUDEDIR}/halyard>")
    target_link_libraries(${target} PUBLIC ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
    # Both libraries in one program would mean two copies of wire and protocol: CMake refuses when these differ.
    set_target_properties(${target} PROPERTIES
        EXPORT_NAME ${name} VERSION ${PROJECT_VERSION} SOVERSION 0
        INTERFACE_HALYARD_FLAVOUR ${name} COMPATIBLE_INTERFACE_STRING HALYARD_FLAVOUR)
    install(TARGETS ${target} EXPORT Halyard${name}Targets
        LIBRARY COMPONENT Runtime NAMELINK_COMPONENT Development ARCHIVE COMPONENT Development)
    install(EXPORT Halyard${name}Targets NAMESPACE Halyard:: COMPONENT Development
        DESTINATION "${CMAKE_INSTALL_LIBDIR}/cmake/Halyard")
endfunction()

# halyard_add_layer(NAME [WIDGETS] SOURCES files... [LINK libraries...])
# A folder of a program as a static library `halyard-NAME`, so that its tests link it without the program. Includes
# are relative to the folder above it. LINK names the layers below and outside libraries. Nothing is installed.
function(halyard_add_layer name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "WIDGETS" "" "SOURCES;LINK")
    set(target halyard-${name})
    cmake_path(GET CMAKE_CURRENT_SOURCE_DIR PARENT_PATH above)
    add_library(${target} STATIC ${arg_SOURCES})
    set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF AUTOMOC ON)
    target_include_directories(${target} PUBLIC "${above}")
    target_link_libraries(${target} PRIVATE halyard-settings PUBLIC ${arg_LINK})
    if(arg_WIDGETS)
        target_link_libraries(${target} PUBLIC Qt6::Widgets)
        halyard_use_headers(${target} widgets)
    else()
        halyard_use_headers(${target} qt)
    endif()
endfunction()

# halyard_add_program(NAME SOURCES files... LINK libraries... [QT] [INSTALL])
function(halyard_add_program name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "QT;INSTALL" "" "SOURCES;LINK")
    add_executable(${name} ${arg_SOURCES})
    set_target_properties(${name} PROPERTIES CXX_EXTENSIONS OFF)
    target_link_libraries(${name} PRIVATE halyard-settings ${arg_LINK})
    if(arg_QT)
        set_target_properties(${name} PROPERTIES AUTOMOC ON)
    endif()
    if(arg_INSTALL)
        # Found next to the program, so that an installed tree can be moved as a whole.
        file(RELATIVE_PATH libraries "${CMAKE_INSTALL_FULL_BINDIR}" "${CMAKE_INSTALL_FULL_LIBDIR}")
        set_target_properties(${name} PROPERTIES INSTALL_RPATH "$ORIGIN/${libraries}")
        install(TARGETS ${name} COMPONENT Runtime)
    endif()
endfunction()

# halyard_install_documents([MAN files...] [COMPLETION files...]): manual pages, and completions for bash, each
# named after its program.
function(halyard_install_documents)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "" "MAN;COMPLETION")
    install(FILES ${arg_MAN} DESTINATION "${CMAKE_INSTALL_MANDIR}/man1" COMPONENT Runtime)
    install(FILES ${arg_COMPLETION} DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions"
        COMPONENT Runtime)
endfunction()

# halyard_run_moc(TARGET files...): what moc says of the tests' files, without AUTOMOC, which goes through all files of
# each of a hundred small programs on its own and compiles an empty file for most of them. NAME.cpp, which includes
# its NAME.moc, comes first; of the others, headers may need it.
function(halyard_run_moc target main)
    target_include_directories(${target} PRIVATE "${CMAKE_CURRENT_BINARY_DIR}")
    cmake_path(GET main STEM stem)
    qt6_generate_moc(${main} ${stem}.moc)
    target_sources(${target} PRIVATE "${CMAKE_CURRENT_BINARY_DIR}/${stem}.moc")
    foreach(header IN LISTS ARGN)
        cmake_path(ABSOLUTE_PATH header)
        if(NOT header MATCHES "\\.h$")
            continue()
        endif()
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${header}")
        file(STRINGS "${header}" macros REGEX "^ *Q_(OBJECT|GADGET)")
        if(NOT macros)
            continue()
        endif()
        # One rule for all programs of this folder.
        get_property(outputs DIRECTORY PROPERTY HALYARD_MOC_OF_${header})
        if(NOT outputs)
            qt6_wrap_cpp(outputs "${header}")
            set_property(DIRECTORY PROPERTY HALYARD_MOC_OF_${header} "${outputs}")
        endif()
        target_sources(${target} PRIVATE ${outputs})
    endforeach()
endfunction()

# halyard_add_test(NAME [SOURCES files...] [LINK libraries...] [QT [WIDGETS]] [LABELS ...] [TIMEOUT s] [ARGS ...])
# NAME.cpp unless SOURCES says otherwise. Without QT the test runs under GoogleTest and links no Qt at all;
# with QT it is a Qt Test program, run off screen. Labels let the sanitizer presets choose what they can judge.
function(halyard_add_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "QT;WIDGETS" "TIMEOUT" "SOURCES;LINK;LABELS;ARGS")
    if(NOT arg_SOURCES)
        set(arg_SOURCES ${name}.cpp)
    endif()
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 120)
    endif()
    if(arg_QT)
        halyard_add_program(${name} SOURCES ${arg_SOURCES} LINK ${arg_LINK})
        halyard_run_moc(${name} ${arg_SOURCES})
        list(APPEND arg_LABELS qt)
    else()
        halyard_add_program(${name} SOURCES ${arg_SOURCES} LINK ${arg_LINK} GTest::gtest_main)
        list(APPEND arg_LABELS inner)
    endif()
    if(arg_WIDGETS)
        halyard_use_headers(${name} widgets-test)
    elseif(arg_QT)
        halyard_use_headers(${name} qt-test)
    else()
        halyard_use_headers(${name} inner-test)
    endif()
    # Relative to the project's root, where ctest runs every test: with absolute paths no clone of the project
    # could use what ccache remembers of another.
    file(RELATIVE_PATH programs "${PROJECT_SOURCE_DIR}" "${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
    target_compile_definitions(${name} PRIVATE
        HALYARD_TEST_DATA="tests/data" HALYARD_BINARY_DIR="${programs}")
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
    add_test(NAME ${name} COMMAND ${name} ${arg_ARGS} WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
    # What may take longest begins first, so that nothing is left running alone at the end.
    set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT} COST ${arg_TIMEOUT} LABELS "${arg_LABELS}"
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen;QT_LOGGING_RULES=halyard.*.debug=false")
endfunction()

# halyard_add_check(NAME COMMAND program args... [FAILS_WITH regex] [LABELS ...] [TIMEOUT s])
# A test that is no program of ours. With FAILS_WITH it must say so: what a check says of something bad.
function(halyard_add_check name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "FAILS_WITH;TIMEOUT" "COMMAND;LABELS")
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 120)
    endif()
    add_test(NAME ${name} COMMAND ${arg_COMMAND} WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
    set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "check;${arg_LABELS}")
    if(arg_FAILS_WITH)
        set_tests_properties(${name} PROPERTIES PASS_REGULAR_EXPRESSION "${arg_FAILS_WITH}")
    endif()
endfunction()

# halyard_add_fuzzer(NAME LINK libraries...): NAME.cpp against libFuzzer with the corpus tests/data/fuzz/NAME.
function(halyard_add_fuzzer name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LINK")
    halyard_add_program(${name} SOURCES ${name}.cpp LINK ${arg_LINK})
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/fuzz")
    if(NOT TARGET fuzzers)
        add_custom_target(fuzzers)
    endif()
    add_dependencies(fuzzers ${name})
endfunction()

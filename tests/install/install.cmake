# SPDX-License-Identifier: MIT
# cmake -DBUILD=dir -DPREFIX=dir -P install.cmake: installs into an empty folder and looks at what is there.
file(REMOVE_RECURSE "${PREFIX}")
execute_process(COMMAND "${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${PREFIX}" OUTPUT_QUIET
    COMMAND_ERROR_IS_FATAL ANY)
file(GLOB_RECURSE private "${PREFIX}/include/*_p.h")
if(private)
    message(FATAL_ERROR "private headers are installed: ${private}")
endif()
# Nothing may point back to where it was built: the tree can be packed and moved.
file(GLOB_RECURSE configuration "${PREFIX}/lib/cmake/*.cmake")
if(NOT configuration)
    message(FATAL_ERROR "no package configuration in ${PREFIX}")
endif()
foreach(file IN LISTS configuration)
    file(READ "${file}" content)
    string(FIND "${content}" "${BUILD}" back)
    if(NOT back EQUAL -1)
        message(FATAL_ERROR "${file} names the build directory")
    endif()
endforeach()

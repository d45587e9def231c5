# SPDX-License-Identifier: MIT
# cmake -DPROGRAM=file -DFORBIDDEN=regex -P linked.cmake: fails when a shared library that the loader would bring in
# matches.
execute_process(COMMAND ldd "${PROGRAM}" OUTPUT_VARIABLE libraries COMMAND_ERROR_IS_FATAL ANY)
if(NOT libraries MATCHES "libc\\.so")
    message(FATAL_ERROR "ldd says nothing about ${PROGRAM}:\n${libraries}")
endif()
if(libraries MATCHES "${FORBIDDEN}")
    # The reason first: CMake wraps long lines, and paths can be long.
    message(FATAL_ERROR "needs what it must not: ${PROGRAM}\n${libraries}")
endif()

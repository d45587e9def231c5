# SPDX-License-Identifier: MIT
# Debian's Botan 2 has no CMake package of its own. Defines Botan::Botan.
find_path(Botan_INCLUDE_DIR botan/version.h PATH_SUFFIXES botan-2)
find_library(Botan_LIBRARY botan-2)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Botan REQUIRED_VARS Botan_LIBRARY Botan_INCLUDE_DIR)
mark_as_advanced(Botan_INCLUDE_DIR Botan_LIBRARY)
if(Botan_FOUND AND NOT TARGET Botan::Botan)
    add_library(Botan::Botan UNKNOWN IMPORTED)
    set_target_properties(Botan::Botan PROPERTIES
        IMPORTED_LOCATION "${Botan_LIBRARY}"
        INTERFACE_INCLUDE_DIRECTORIES "${Botan_INCLUDE_DIR}")
endif()

# The packages the project stands on: Debian 12 and Debian 13 names and versions.
find_package(Threads REQUIRED)
find_package(prometheus-cpp REQUIRED)  # 1.0.1 and 1.0.2 ship no version file
find_package(civetweb REQUIRED)        # 1.15, 1.16
find_package(yaml-cpp REQUIRED)        # 0.7, 0.8
find_package(CLI11 REQUIRED)           # 2.1, 2.4
find_package(fmt REQUIRED)             # 9, 10
find_package(nlohmann_json REQUIRED)   # 3.11
find_package(tl-expected QUIET)        # header only; Debian's libexpected-dev may come without a CMake file
find_package(ZLIB REQUIRED)
find_package(BZip2 REQUIRED)
find_package(LibLZMA REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
find_package(OpenSSL 3 REQUIRED)
pkg_check_modules(LIBEVENT REQUIRED IMPORTED_TARGET libevent_core libevent_openssl)  # 2.1.12
pkg_check_modules(LIBCRYPT REQUIRED IMPORTED_TARGET libcrypt)  # bcrypt
pkg_check_modules(SECCOMP REQUIRED IMPORTED_TARGET libseccomp)  # 2.5, 2.6
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd)  # 252, 257
set(MTA_ZLIB ZLIB::ZLIB)
set(MTA_COMPRESSION_LIBRARIES ZLIB::ZLIB BZip2::BZip2 LibLZMA::LibLZMA PkgConfig::ZSTD)
if(NOT TARGET yaml-cpp::yaml-cpp)
  add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)  # 0.7 has no namespace
endif()

if(MTA_TESTS)
  # Catch2 2.13 (Debian 12) and 3 (Debian 13) differ in header and target: tests include "catch.h" from exporter/cmake/catch2.
  find_package(Catch2 REQUIRED)
  add_library(mta_catch INTERFACE)
  if(Catch2_VERSION VERSION_LESS 3)
    add_library(mta_catch_main STATIC ${CMAKE_CURRENT_LIST_DIR}/catch2/main.cc)
    target_link_libraries(mta_catch_main PUBLIC Catch2::Catch2)
    target_compile_options(mta_catch_main PRIVATE -O0 -g0)  # the slowest file of the build, and no code of ours
    target_link_libraries(mta_catch INTERFACE mta_catch_main)
    target_compile_definitions(mta_catch INTERFACE MTA_CATCH2=2)
  else()
    target_link_libraries(mta_catch INTERFACE Catch2::Catch2WithMain)
    target_compile_definitions(mta_catch INTERFACE MTA_CATCH2=3)
  endif()
  target_include_directories(mta_catch SYSTEM INTERFACE ${CMAKE_CURRENT_LIST_DIR}/catch2)
endif()

// The test framework under one name: Catch2 2.13 (Debian 12) and 3.x (Debian 13).
#pragma once
#if MTA_CATCH2 == 2
#include <catch2/catch.hpp>
#else
#include <catch2/catch_all.hpp>
using Catch::Approx;
#endif

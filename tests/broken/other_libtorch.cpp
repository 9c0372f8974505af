#include "fixture.hpp"

STRANGER("other_libtorch", HOST_SDK, HOST_STRING_ABI, __VERSION__, "1.13.1");

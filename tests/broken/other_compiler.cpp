#include "fixture.hpp"

STRANGER("other_compiler", HOST_SDK, HOST_STRING_ABI, "4.8.5", "");

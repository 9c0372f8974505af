#include "fixture.hpp"

STRANGER("other_sdk", "999", HOST_STRING_ABI, __VERSION__, "");

#include "fixture.hpp"

STRANGER("other_string_abi", HOST_SDK, "0", __VERSION__, "");

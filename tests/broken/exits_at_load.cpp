// Ends the process that loads it, and its stamp is a stranger's: it must never be loaded.
#include <cstdlib>

#include "fixture.hpp"

STRANGER("exits_at_load", "999", HOST_STRING_ABI, __VERSION__, "");

__attribute__((constructor)) static void end_all() { std::abort(); }

// A stamp alone.
#include <pegbox/plugin.hpp>

PEGBOX_STAMP("strategy", "missing_symbol", "Exports nothing", "")

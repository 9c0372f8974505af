#include "fixture.hpp"

PEGBOX_STRATEGY(Idle, "twin", "One of two of the same name");

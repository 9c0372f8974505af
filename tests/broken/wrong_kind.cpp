// For those who ask for a model.
#include "fixture.hpp"

PEGBOX_STRATEGY(Idle, "wrong_kind", "A strategy, not a model");

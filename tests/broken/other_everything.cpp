#include "fixture.hpp"

STRANGER("other_everything", "999", "0", "4.8.5", "1.13.1");

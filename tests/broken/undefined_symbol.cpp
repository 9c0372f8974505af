#include "fixture.hpp"

extern "C" void nobody_defines_this();

namespace {

class Incomplete : public Idle {
 public:
  using Idle::Idle;
  void tell(const pegbox::Trial&) override { nobody_defines_this(); }
};

}  // namespace

PEGBOX_STRATEGY(Incomplete, "undefined_symbol", "Calls a function that nobody defines");

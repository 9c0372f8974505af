#include "fixture.hpp"

namespace {

class Rude : public Idle {
 public:
  explicit Rude(const pegbox::StrategyContext& context) : Idle(context) { throw 42; }
};

}  // namespace

PEGBOX_STRATEGY(Rude, "foreign_throw", "Throws a number when it is made");

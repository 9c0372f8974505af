#include <stdexcept>

#include "fixture.hpp"

namespace {

class Unlucky : public Idle {
 public:
  explicit Unlucky(const pegbox::StrategyContext& context) : Idle(context) { throw std::runtime_error("no luck"); }
};

}  // namespace

PEGBOX_STRATEGY(Unlucky, "throwing_factory", "Throws when it is made");

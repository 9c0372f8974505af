#include <pegbox/pruner.hpp>

#include "fixture.hpp"

namespace {

class Patient : public pegbox::Pruner {
 public:
  explicit Patient(const pegbox::PrunerContext&) {}
  bool keep(const pegbox::Trial&, pegbox::Trials) const override { return true; }
};

}  // namespace

PEGBOX_STRATEGY(Idle, "two_in_one", "The first of two");

namespace second {
PEGBOX_PRUNER(Patient, "two_in_one", "The second of two");
}  // namespace second

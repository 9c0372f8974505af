#include <pegbox/pruner.hpp>

namespace {

class Patient : public pegbox::Pruner {
 public:
  explicit Patient(const pegbox::PrunerContext&) {}
  bool keep(const pegbox::Trial& running, pegbox::Trials) const override { return running.epochs() < 2; }
};

}  // namespace

PEGBOX_PRUNER(Patient, "good_pruner", "Stops after two epochs");

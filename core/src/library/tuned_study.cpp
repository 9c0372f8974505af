#include <pegbox/tuned_study.hpp>

#include "tuner/best_trial.hpp"

namespace pegbox {

const Trial* TunedStudy::best() const { return best_trial(trials, objectives.front()); }

std::vector<const Trial*> TunedStudy::pareto_front() const { return pegbox::pareto_front(trials, objectives); }

}  // namespace pegbox

#include "lineages.hpp"

#include <utility>

namespace pegbox {

void Lineages::remember(const Trial& source, int copy) {
  auto lineage = std::make_shared<Lineage>(Lineage{source, of(source.number)});
  auto& reports = lineage->source.reports;
  if (!reports.empty()) reports.erase(reports.begin(), reports.end() - 1);
  const std::lock_guard lock(mutex_);
  lineages_.insert_or_assign(copy, std::move(lineage));
}

std::shared_ptr<const Lineage> Lineages::of(int trial) const {
  const std::lock_guard lock(mutex_);
  const auto found = lineages_.find(trial);
  return found == lineages_.end() ? nullptr : found->second;
}

void Lineages::forget(int trial) {
  const std::lock_guard lock(mutex_);
  lineages_.erase(trial);
}

}  // namespace pegbox

#include "plane.hpp"

#include <numeric>

namespace pegbox {

Plane::Plane(const Axis& first, const Axis& second)
    : first_(first.measure),
      second_(second.measure),
      width_(second_.size() + 1),
      cells_((first_.size() + 1) * width_) {}

void Plane::add(const Side& first, const Side& second, double weight) {
  each_run(first.bins, [&](std::size_t top, std::size_t bottom) {
    each_run(second.bins, [&](std::size_t left, std::size_t right) {
      cells_[top * width_ + left] += weight;
      cells_[top * width_ + right] -= weight;
      cells_[bottom * width_ + left] -= weight;
      cells_[bottom * width_ + right] += weight;
    });
  });
}

/// From differences to values.
void Plane::integrate() {
  for (std::size_t i = 0; i < first_.size(); ++i) {
    std::partial_sum(row(i), row(i) + width_, row(i));
    if (i == 0) continue;
    for (std::size_t k = 0; k < width_; ++k) row(i)[k] += row(i - 1)[k];
  }
}

void Plane::centre() {
  integrate();
  std::vector<double> means(second_.size());
  for (std::size_t i = 0; i < first_.size(); ++i) {
    const double mean = std::inner_product(second_.begin(), second_.end(), row(i), 0.0);
    for (std::size_t k = 0; k < means.size(); ++k) {
      row(i)[k] -= mean;
      means[k] += first_[i] * row(i)[k];
    }
  }
  for (std::size_t i = 0; i < first_.size(); ++i) {
    for (std::size_t k = 0; k < means.size(); ++k) row(i)[k] -= means[k];
  }
}

double Plane::variance() const {
  double sum = 0;
  for (std::size_t i = 0; i < first_.size(); ++i) {
    for (std::size_t k = 0; k < second_.size(); ++k) sum += first_[i] * second_[k] * effect(i, k) * effect(i, k);
  }
  return sum;
}

}  // namespace pegbox

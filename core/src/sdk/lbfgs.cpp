#include <algorithm>
#include <cmath>
#include <cstddef>
#include <deque>
#include <limits>
#include <utility>

#include <pegbox/lbfgs.hpp>

namespace pegbox {
namespace {

using Vector = std::vector<double>;

double dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

/// Adds `factor` times `b` to `a`.
void add(Vector& a, double factor, const Vector& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] += factor * b[i];
}

void scale(Vector& a, double factor) {
  for (double& one : a) one *= factor;
}

double largest(const Vector& a) {
  double most = 0;
  for (const double one : a) most = std::max(most, std::abs(one));
  return most;
}

/// The inverse of the second derivative, as far as the last steps tell it.
class Curvature {
 public:
  /// `moved` is a step, `changed` what it changed of the gradient. One along which the function does not bend up is
  /// passed over.
  void learn(Vector moved, Vector changed) {
    const double bend = dot(moved, changed);
    if (bend <= std::numeric_limits<double>::epsilon() * dot(changed, changed)) return;
    if (pairs_.size() == kMemory) pairs_.pop_front();
    pairs_.push_back({std::move(moved), std::move(changed), 1 / bend});
  }

  void forget() { pairs_.clear(); }
  bool empty() const { return pairs_.empty(); }

  /// The inverse times a vector, by Nocedal's two loops, in the coordinates that are free.
  Vector inverse_times(Vector vector, const std::vector<bool>& free) const {
    const auto mask = [&](Vector& one) {
      for (std::size_t i = 0; i < one.size(); ++i) one[i] = free[i] ? one[i] : 0;
    };
    mask(vector);
    Vector parts(pairs_.size());
    for (std::size_t k = pairs_.size(); k-- > 0;) {
      parts[k] = pairs_[k].inverse_bend * dot(pairs_[k].moved, vector);
      add(vector, -parts[k], pairs_[k].changed);
    }
    if (!pairs_.empty()) {
      const Pair& newest = pairs_.back();
      scale(vector, 1 / (newest.inverse_bend * dot(newest.changed, newest.changed)));
    }
    for (std::size_t k = 0; k < pairs_.size(); ++k) {
      const double part = pairs_[k].inverse_bend * dot(pairs_[k].changed, vector);
      add(vector, parts[k] - part, pairs_[k].moved);
    }
    mask(vector);
    return vector;
  }

 private:
  static constexpr std::size_t kMemory = 10;

  struct Pair {
    Vector moved, changed;
    double inverse_bend;
  };

  std::deque<Pair> pairs_;
};

class Descent {
 public:
  Descent(const SmoothFunction& function, Vector start, const Box& box, const LbfgsLimits& limits)
      : function_(function), box_(box), limits_(limits), x_(std::move(start)), gradient_(x_.size()), free_(x_.size()) {
    clamp(x_);
    value_ = evaluate(x_, gradient_);
  }

  Minimum run() {
    while (std::isfinite(value_) && evaluations_ < limits_.evaluations && go_on()) {
    }
    return {std::move(x_), value_, evaluations_};
  }

 private:
  double evaluate(const Vector& x, Vector& gradient) {
    ++evaluations_;
    const double value = function_(x, gradient);
    return std::isnan(value) ? std::numeric_limits<double>::infinity() : value;
  }

  void clamp(Vector& x) const {
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = std::clamp(x[i], box_.low[i], box_.high[i]);
  }

  /// Finds the coordinates that are not at a side that the gradient pushes them against. Returns their largest
  /// derivative.
  double find_free() {
    double steepest = 0;
    for (std::size_t i = 0; i < x_.size(); ++i) {
      const bool held = gradient_[i] > 0 ? x_[i] <= box_.low[i] : x_[i] >= box_.high[i];
      free_[i] = !held;
      if (!held) steepest = std::max(steepest, std::abs(gradient_[i]));
    }
    return steepest;
  }

  /// One step. Returns whether another one is worth it.
  bool go_on() {
    const double steepest = find_free();
    if (steepest <= limits_.gradient) return false;
    Vector direction = curvature_.inverse_times(gradient_, free_);
    scale(direction, -1);
    if (dot(direction, gradient_) >= 0) {
      curvature_.forget();
      direction = curvature_.inverse_times(gradient_, free_);
      scale(direction, -1);
    }
    if (curvature_.empty()) scale(direction, std::min(1.0, limits_.first_step / steepest));
    const double before = value_;
    if (!search(direction)) {
      if (curvature_.empty()) return false;
      curvature_.forget();
      return true;
    }
    return before - value_ > limits_.improvement * std::max(1.0, std::abs(value_));
  }

  /// Tries shorter and shorter steps along the direction, bent into the box, until one improves enough.
  bool search(const Vector& direction) {
    constexpr double kEnough = 1e-4;
    double length = 1;
    Vector x, gradient(x_.size()), moved;
    while (evaluations_ < limits_.evaluations) {
      x = x_;
      add(x, length, direction);
      clamp(x);
      moved = x;
      add(moved, -1, x_);
      if (largest(moved) == 0) return false;
      const double slope = dot(gradient_, moved);
      const double value = evaluate(x, gradient);
      if (slope < 0 && value <= value_ + kEnough * slope) {
        accept(std::move(x), value, std::move(gradient), std::move(moved));
        return true;
      }
      length *= shorter(value - value_, slope);
    }
    return false;
  }

  /// The part of a step at which the parabola through both ends, with the slope at the first, is lowest.
  static double shorter(double rise, double slope) {
    if (!std::isfinite(rise) || slope >= 0) return 0.1;
    return std::clamp(slope / (2 * (slope - rise)), 0.1, 0.5);
  }

  void accept(Vector x, double value, Vector gradient, Vector moved) {
    Vector changed = gradient;
    add(changed, -1, gradient_);
    curvature_.learn(std::move(moved), std::move(changed));
    x_ = std::move(x);
    value_ = value;
    gradient_ = std::move(gradient);
  }

  const SmoothFunction& function_;
  const Box& box_;
  LbfgsLimits limits_;
  Vector x_;
  double value_ = 0;
  Vector gradient_;
  std::vector<bool> free_;
  Curvature curvature_;
  int evaluations_ = 0;
};

}  // namespace

Minimum minimise(const SmoothFunction& function, std::vector<double> start, const Box& box, const LbfgsLimits& limits) {
  return Descent(function, std::move(start), box, limits).run();
}

}  // namespace pegbox

#include "normalizer.hpp"

#include <algorithm>
#include <stdexcept>

#include <ATen/ATen.h>

namespace pegbox {
namespace {

constexpr std::int64_t kNumbersAtOnce = std::int64_t{1} << 22;
constexpr double kLargestByte = 255;

/// Rows as [columns, rows] or [channels, rows × places], 64-bit.
at::Tensor by_column(const at::Tensor& rows) {
  const at::Tensor wide = rows.to(at::kCPU, at::kDouble);
  if (wide.dim() == 1) return wide.unsqueeze(0);
  return wide.transpose(0, 1).flatten(1);
}

/// Counts, means and sums of squares that can be joined: T. F. Chan, G. H. Golub, R. J. LeVeque, "Updating formulae and
/// a pairwise algorithm for computing sample variances" (1982).
class Sums {
 public:
  void add(const at::Tensor& columns) {
    const at::Tensor present = columns.isnan().logical_not();
    const at::Tensor count = present.sum(1).to(at::kDouble);
    const at::Tensor mean = at::nan_to_num(columns).sum(1) / count.clamp_min(1);
    const at::Tensor squares = at::nan_to_num(columns - mean.unsqueeze(1)).square().sum(1);
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    const at::Tensor low = at::where(present, columns, kInfinity).amin(1);
    const at::Tensor high = at::where(present, columns, -kInfinity).amax(1);
    missing_ = missing_ || !present.all().item<bool>();
    if (!count_.defined()) {
      count_ = count, mean_ = mean, squares_ = squares, low_ = low, high_ = high;
      return;
    }
    const at::Tensor all = (count_ + count).clamp_min(1);
    const at::Tensor apart = mean - mean_;
    squares_ = squares_ + squares + apart.square() * count_ * count / all;
    mean_ = mean_ + apart * count / all;
    count_ = count_ + count;
    low_ = at::minimum(low_, low);
    high_ = at::maximum(high_, high);
  }

  Moments moments() const {
    const at::Tensor none = count_.eq(0);
    const at::Tensor zero = at::zeros_like(mean_);
    return {mean_, (squares_ / count_.clamp_min(1)).sqrt(), at::where(none, zero, low_), at::where(none, zero, high_),
            missing_};
  }

 private:
  at::Tensor count_, mean_, squares_, low_, high_;
  bool missing_ = false;
};

/// Where there is no spread the scale stays.
at::Tensor scale_to_one(const at::Tensor& spread) {
  return at::where(spread > 0, spread, at::ones_like(spread)).reciprocal();
}

}  // namespace

Moments measured(const at::Tensor& rows, const at::Tensor& positions) {
  const std::int64_t count = positions.defined() ? positions.size(0) : rows.size(0);
  const std::int64_t numbers = std::max<std::int64_t>(rows.numel() / std::max<std::int64_t>(rows.size(0), 1), 1);
  const std::int64_t at_once = std::max<std::int64_t>(kNumbersAtOnce / numbers, 1);
  Sums sums;
  for (std::int64_t begin = 0; begin < count; begin += at_once) {
    const std::int64_t end = std::min(begin + at_once, count);
    sums.add(by_column(positions.defined() ? rows.index_select(0, positions.slice(0, begin, end))
                                           : rows.slice(0, begin, end)));
  }
  return sums.moments();
}

Normalizer::Normalizer(const Moments& moments, const std::string& kind, const at::Tensor& input) {
  const double unit = input.scalar_type() == at::kByte ? kLargestByte : 1;
  at::Tensor scale = at::full_like(moments.mean, 1 / unit);
  at::Tensor shift = at::zeros_like(moments.mean);
  if (kind == "standard") {
    scale = scale_to_one(moments.deviation);
    shift = -moments.mean * scale;
  } else if (kind == "range") {
    scale = scale_to_one(moments.high - moments.low);
    shift = -moments.low * scale;
  } else if (kind != "none") {
    throw std::runtime_error("unknown 'normalize' value '" + kind + "'; known are standard, range, none");
  }
  std::vector<std::int64_t> shape(static_cast<std::size_t>(std::max<std::int64_t>(input.dim() - 1, 1)), 1);
  shape.front() = scale.size(0);
  if (input.dim() == 1) shape.clear();
  const auto ready = [&](const at::Tensor& one) { return one.reshape(shape).to(input.device(), at::kFloat); };
  if (moments.missing) fill_ = ready(moments.mean * scale + shift);
  if (kind == "none" && unit == 1) return;
  scale_ = ready(scale);
  shift_ = ready(shift);
}

at::Tensor Normalizer::apply(const at::Tensor& rows) const {
  at::Tensor result = scale_.defined() ? at::addcmul(shift_, rows.to(at::kFloat), scale_) : rows;
  if (fill_.defined()) result = at::where(result.isnan(), fill_, result);
  return result;
}

}  // namespace pegbox

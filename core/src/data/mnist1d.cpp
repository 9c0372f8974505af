#include "mnist1d.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <numeric>
#include <string>
#include <utility>

#include <pegbox/random.hpp>

namespace pegbox {
namespace {

using Signal = std::vector<double>;

constexpr std::size_t kTemplateLength = 12;
constexpr std::size_t kClasses = 10;
constexpr std::size_t kRows = 5000;
constexpr std::size_t kTrainRows = 4000;
constexpr std::size_t kLeastPadding = 36;
constexpr std::size_t kMostPadding = 60;
constexpr std::size_t kMostTranslation = 48;
constexpr std::size_t kLength = 40;
constexpr double kScale = 0.4;
constexpr double kCorrelatedNoise = 0.25;
constexpr double kWhiteNoise = 0.02;
constexpr double kShear = 0.75;
constexpr double kSmoothing = 2;     // deviation of the Gaussian that correlates the noise, in points
constexpr int kSmoothingRadius = 8;  // four deviations
constexpr double kSignal = 1e-8;     // added to the template, so that no point of it is 0 as those around it

/// What the pen does in each digit.
constexpr std::array<std::array<double, kTemplateLength>, kClasses> kTemplates{{
    {5, 6, 6.5, 6.75, 7, 7, 7, 7, 6.75, 6.5, 6, 5},
    {5, 3, 3, 3.4, 3.8, 4.2, 4.6, 5, 5.4, 5.8, 5, 5},
    {5, 6, 6.5, 6.5, 6, 5.25, 4.75, 4, 3.5, 3.5, 4, 5},
    {5, 6, 6.5, 6.5, 6, 5, 5, 6, 6.5, 6.5, 6, 5},
    {5, 4.4, 3.8, 3.2, 2.6, 2.6, 5, 5, 5, 5, 5, 5},
    {5, 3, 3, 3, 3, 5, 6, 6.5, 6.5, 6, 4.5, 5},
    {5, 4, 3.5, 3.25, 3, 3, 3, 3, 3.25, 3.5, 4, 5},
    {5, 7, 7, 6.6, 6.2, 5.8, 5.4, 5, 4.6, 4.2, 5, 5},
    {5, 4, 3.5, 3.5, 4, 5, 5, 4, 3.5, 3.5, 4, 5},
    {5, 4, 3.5, 3.5, 4, 5, 5, 5, 5, 4.7, 4.3, 5},
}};

double mean(const Signal& signal) {
  return std::accumulate(signal.begin(), signal.end(), 0.0) / static_cast<double>(signal.size());
}

double deviation(const Signal& signal) {
  const double middle = mean(signal);
  double squares = 0;
  for (const double value : signal) squares += (value - middle) * (value - middle);
  return std::sqrt(squares / static_cast<double>(signal.size()));
}

/// A digit's template with a deviation of 1/6, from 0 on.
Signal template_of(std::size_t digit) {
  Signal signal(kTemplates.at(digit).begin(), kTemplates.at(digit).end());
  const double scale = 6 * deviation(signal);
  const double first = signal.front();
  for (double& value : signal) value = (value - first) / scale;
  return signal;
}

/// The signal at evenly spread places from its first point to its last, linearly.
Signal interpolated(const Signal& signal, std::size_t length) {
  Signal result(length);
  for (std::size_t i = 0; i < length; ++i) {
    const double place = static_cast<double>(i * (signal.size() - 1)) / static_cast<double>(length - 1);
    const auto low = std::min(static_cast<std::size_t>(place), signal.size() - 2);
    const double part = place - static_cast<double>(low);
    result[i] = signal[low] + part * (signal[low + 1] - signal[low]);
  }
  return result;
}

Signal noise(std::size_t length, double scale, Random& random) {
  Signal result(length);
  for (double& value : result) value = scale * random.normal();
  return result;
}

/// Convolved with a Gaussian; the signal goes on mirrored beyond its ends.
Signal smoothed(const Signal& signal) {
  std::array<double, 2 * kSmoothingRadius + 1> weights{};
  int place = -kSmoothingRadius;
  for (double& weight : weights) {
    weight = std::exp(-0.5 * place * place / (kSmoothing * kSmoothing));
    ++place;
  }
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  const auto length = static_cast<int>(signal.size());
  Signal result(signal.size());
  for (int i = 0; i < length; ++i) {
    int at = i - kSmoothingRadius;
    for (const double weight : weights) {
      const int mirrored = at < 0 ? -1 - at : std::min(at, 2 * length - 1 - at);
      result[static_cast<std::size_t>(i)] += weight / sum * signal[static_cast<std::size_t>(mirrored)];
      ++at;
    }
  }
  return result;
}

/// One signal of a digit: padded, stretched, scaled, turned round, with noise of both kinds, sheared and thinned out.
Signal example_of(std::size_t digit, Random& random) {
  Signal signal = template_of(digit);
  for (double& value : signal) value += kSignal;
  signal.resize(signal.size() + kLeastPadding + random.below(kMostPadding - kLeastPadding + 1));
  signal = interpolated(signal, kTemplateLength + kMostPadding);
  const double scale = 1 + kScale * (random.uniform() - 0.5);
  for (double& value : signal) value *= scale;
  const auto turn = static_cast<std::ptrdiff_t>(random.below(kMostTranslation));
  std::rotate(signal.begin(), signal.end() - turn, signal.end());
  const Signal background = smoothed(noise(signal.size(), kCorrelatedNoise, random));
  const Signal white = noise(signal.size(), kWhiteNoise, random);
  const double shear = kShear * (random.uniform() - 0.5);
  for (std::size_t i = 0; i < signal.size(); ++i) {
    if (signal[i] == 0) signal[i] = background[i];
    signal[i] += white[i] - shear * (static_cast<double>(i) / static_cast<double>(signal.size() - 1) - 0.5);
  }
  return interpolated(signal, kLength);
}

Part part_of(const Signal& values, const std::vector<double>& digits, std::size_t begin, std::size_t end) {
  const auto at = [](const auto& numbers, std::size_t place) {
    return numbers.begin() + static_cast<std::ptrdiff_t>(place);
  };
  const std::vector<float> inputs(at(values, begin * kLength), at(values, end * kLength));
  return {end - begin, Inputs(inputs), {at(digits, begin), at(digits, end)}};
}

}  // namespace

Table mnist1d() {
  constexpr std::uint64_t kSeed = 42;
  Random random(kSeed, 0, "mnist1d");
  std::vector<double> digits(kRows);
  for (std::size_t row = 0; row < kRows; ++row) digits[row] = static_cast<double>(row % kClasses);
  random.shuffle(digits);
  Signal values;
  for (const double digit : digits) {
    const Signal signal = example_of(static_cast<std::size_t>(digit), random);
    values.insert(values.end(), signal.begin(), signal.end());
  }
  const double middle = mean(values);
  const double spread = deviation(values);
  for (double& value : values) value = (value - middle) / spread;
  Table table;
  table.shape = {1, static_cast<std::int64_t>(kLength)};
  for (std::size_t digit = 0; digit < kClasses; ++digit) table.classes.push_back(std::to_string(digit));
  table.train = part_of(values, digits, 0, kTrainRows);
  table.test = part_of(values, digits, kTrainRows, kRows);
  return table;
}

}  // namespace pegbox

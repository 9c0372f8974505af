#include <bit>
#include <stdexcept>
#include <string>

#include <boost/random/sobol.hpp>

#include <pegbox/random.hpp>
#include <pegbox/sobol.hpp>

namespace pegbox {
namespace {

constexpr std::size_t kBits = 32;

using Engine = boost::random::sobol_engine<std::uint32_t, kBits>;

std::size_t checked(int dimensions) {
  if (dimensions >= 0 && dimensions <= Sobol::kMostDimensions) return static_cast<std::size_t>(dimensions);
  throw std::invalid_argument("a Sobol sequence has 0 to " + std::to_string(Sobol::kMostDimensions) +
                              " dimensions, not " + std::to_string(dimensions));
}

/// The engine is asked for the points 2^k alone: in the Gray code they are the sum of the directions k and k − 1.
std::vector<std::uint32_t> directions(std::size_t dimensions) {
  if (dimensions == 0) return {};
  std::vector<std::uint32_t> result(dimensions * kBits);
  Engine engine(dimensions);
  for (std::size_t bit = 0; bit < kBits; ++bit) {
    engine.seed((std::uint32_t{1} << bit) - 1);  // it counts from point 1
    for (std::size_t i = 0; i < dimensions; ++i) {
      std::uint32_t* of_dimension = &result[i * kBits];
      of_dimension[bit] = engine() ^ (bit == 0 ? 0 : of_dimension[bit - 1]);
    }
  }
  return result;
}

std::uint32_t reversed(std::uint32_t bits) {
  bits = std::rotl(bits, 16);
  bits = (bits >> 8 & 0x00FF00FFU) | (bits & 0x00FF00FFU) << 8;
  bits = (bits >> 4 & 0x0F0F0F0FU) | (bits & 0x0F0F0F0FU) << 4;
  bits = (bits >> 2 & 0x33333333U) | (bits & 0x33333333U) << 2;
  return (bits >> 1 & 0x55555555U) | (bits & 0x55555555U) << 1;
}

/// A random permutation in which a bit is changed by the bits below it alone: on reversed bits, by those before it,
/// which is what nested scrambling asks for. Adding, multiplying by an odd number and xor with an even multiple are
/// such.
std::uint32_t permuted(std::uint32_t bits, std::uint64_t key) {
  bits ^= bits * 0x3D20ADEAU;
  bits += static_cast<std::uint32_t>(key);
  bits *= static_cast<std::uint32_t>(key >> 32) | 1U;
  bits ^= bits * 0x05526C56U;
  return bits ^ bits * 0x53A22864U;
}

}  // namespace

Sobol::Sobol(int dimensions) : dimensions_(checked(dimensions)), directions_(pegbox::directions(dimensions_)) {}

Sobol::Sobol(int dimensions, std::uint64_t seed) : Sobol(dimensions) {
  for (int i = 0; i < dimensions; ++i) keys_.push_back(Random(seed, i, "sobol")());
}

Sobol Sobol::unscrambled(int dimensions) { return Sobol(dimensions); }

void Sobol::point(std::uint64_t index, std::span<double> out) const {
  const auto count = static_cast<std::uint32_t>(index);
  const std::uint32_t code = count ^ count >> 1;
  for (std::size_t i = 0; i < dimensions_; ++i) {
    std::uint32_t bits = 0;
    for (std::uint32_t left = code; left != 0; left &= left - 1) {
      bits ^= directions_[i * kBits + static_cast<std::size_t>(std::countr_zero(left))];
    }
    const bool scrambled = !keys_.empty();
    if (scrambled) bits = reversed(permuted(reversed(bits), keys_[i]));
    out[i] = (bits + (scrambled ? 0.5 : 0)) * 0x1.0p-32;
  }
}

}  // namespace pegbox

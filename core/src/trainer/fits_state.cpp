#include "fits_state.hpp"

#include <algorithm>

namespace pegbox {
namespace {

std::string name_of(std::size_t fit) { return "fit_" + std::to_string(fit + 1); }

}  // namespace

std::int64_t FitsState::bytes() const {
  std::int64_t sum = 0;
  for (const auto& fit : fits) sum += bytes_of(*fit);
  return sum;
}

void FitsState::save(torch::serialize::OutputArchive& archive) const {
  for (std::size_t i = 0; i < fits.size(); ++i) {
    torch::serialize::OutputArchive part(archive.compilation_unit());
    save_fit(*fits[i], part);
    archive.write(name_of(i), part);
  }
}

void FitsState::load(torch::serialize::InputArchive& archive) {
  for (std::size_t i = 0; i < fits.size(); ++i) {
    torch::serialize::InputArchive part;
    archive.read(name_of(i), part);
    load_fit(part, *fits[i]);
  }
}

void FitsState::rest() {
  for (const auto& fit : fits) fit->optimizer->zero_grad();
}

bool FitsState::ended() const {
  return std::all_of(fits.begin(), fits.end(), [](const auto& fit) { return fit->ended; });
}

}  // namespace pegbox

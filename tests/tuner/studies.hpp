#pragma once

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include <pegbox/tuner.hpp>

namespace pegbox {

inline const SearchSpace kPlane{{"x", Real{-5, 5}}, {"y", Real{-5, 5}}};

/// Least at (1, -2).
inline double bowl(const Params& params) {
  return std::pow(params.get<double>("x") - 1, 2) + std::pow(params.get<double>("y") + 2, 2);
}

inline Tuner on_plane(const std::string& strategy, int trials) {
  Tuner tuner;
  tuner.space(kPlane).minimize("loss").set("strategy", strategy).set("trials", std::to_string(trials));
  return tuner;
}

/// What the same study has to repeat.
inline std::vector<std::pair<Params, std::vector<double>>> tried(const TunedStudy& study) {
  std::vector<std::pair<Params, std::vector<double>>> result;
  for (const Trial& trial : study.trials) result.emplace_back(trial.params, trial.values);
  return result;
}

inline int count(const TunedStudy& study, State state) {
  int result = 0;
  for (const Trial& trial : study.trials) result += trial.state == state ? 1 : 0;
  return result;
}

/// A training that knows how it comes along: its loss nears a goal by a tenth of the way in each epoch.
struct Descent {
  double goal;
  double loss = 10;
  double next() { return loss += (goal - loss) / 10; }
  std::string written() const { return {reinterpret_cast<const char*>(&loss), sizeof loss}; }
  void read(const std::string& state) { std::memcpy(&loss, state.data(), sizeof loss); }
};

/// A folder for one test, empty at its begin.
class InFolder : public testing::Test {
 protected:
  InFolder() {
    const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    folder_ = std::filesystem::path(testing::TempDir()) / ("pegbox_tuner_" + name + '_' + std::to_string(getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~InFolder() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }

  std::filesystem::path folder_;
};

}  // namespace pegbox

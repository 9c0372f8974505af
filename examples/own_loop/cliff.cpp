#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <sstream>

#include <pegbox/loop.hpp>

using namespace pegbox;

/// The cliff of R. Sutton, A. Barto, "Reinforcement learning" (2018), example 6.6: from one end of its edge to the
/// other. A step costs 1, a fall 100 and leads back to the start.
struct Cliff {
  static constexpr int kRows = 4, kColumns = 12, kPlaces = kRows * kColumns, kMoves = 4;
  static constexpr int kStart = kPlaces - kColumns, kGoal = kPlaces - 1;

  struct Outcome {
    int place;
    double reward;
  };

  static Outcome move(int place, int direction) {
    int row = place / kColumns, column = place % kColumns;
    if (direction == 0) row = std::max(row - 1, 0);
    if (direction == 1) row = std::min(row + 1, kRows - 1);
    if (direction == 2) column = std::max(column - 1, 0);
    if (direction == 3) column = std::min(column + 1, kColumns - 1);
    const int next = row * kColumns + column;
    const bool falls = next > kStart && next < kGoal;
    return falls ? Outcome{kStart, -100} : Outcome{next, -1};
  }
};

/// What is expected of each move at each place, and the dice: all that has to be saved.
class Learner {
 public:
  explicit Learner(std::uint64_t seed) : dice_(seed) {}

  std::string saved() const {
    std::ostringstream text;
    text << std::hexfloat << dice_;
    for (const double value : values_) text << ' ' << value;
    return text.str();
  }

  void restore(const std::string& saved) {
    std::istringstream text(saved);
    text >> dice_;
    std::string number;  // streams do not read the hexadecimal numbers that they write
    for (double& value : values_) {
      text >> number;
      value = std::stod(number);
    }
  }

  /// One way through the world, learning from each step (Q-learning). Returns the sum of the rewards.
  double episode(double rate, double discount, double exploration) {
    double sum = 0;
    int place = Cliff::kStart;
    for (int step = 0; step < kMostSteps && place != Cliff::kGoal; ++step) {
      const int direction = uniform() < exploration ? static_cast<int>(uniform() * Cliff::kMoves) : best(place);
      const auto [next, reward] = Cliff::move(place, direction);
      const double later = next == Cliff::kGoal ? 0 : value(next, best(next));
      value(place, direction) += rate * (reward + discount * later - value(place, direction));
      sum += reward;
      place = next;
    }
    return sum;
  }

 private:
  static constexpr int kMostSteps = 1000;

  double uniform() { return std::ldexp(static_cast<double>(dice_() >> 11U), -53); }
  double& value(int place, int direction) {
    return values_[static_cast<std::size_t>(place * Cliff::kMoves + direction)];
  }
  int best(int place) {
    const double* first = &value(place, 0);
    return static_cast<int>(std::max_element(first, first + Cliff::kMoves) - first);
  }

  std::mt19937_64 dice_;
  std::array<double, static_cast<std::size_t>(Cliff::kPlaces) * Cliff::kMoves> values_{};
};

/// Learns to walk along the cliff. The best way brings -13.
class Walk : public Loop {
 public:
  SearchSpace space() const override {
    return {{"rate", Real{0.01, 1, /*log=*/true}, 0.1},
            {"discount", Real{0.8, 1}, 0.95},
            {"exploration", Real{0.001, 0.5, /*log=*/true}, 0.1}};
  }

  void train(TrialContext& trial) const override {
    const auto rate = trial.params().get<double>("rate");
    const auto discount = trial.params().get<double>("discount");
    const auto exploration = trial.params().get<double>("exploration");

    Learner learner(trial.seed());
    trial.save([&] { return learner.saved(); });
    if (const auto saved = trial.restore()) learner.restore(*saved);

    for (Budget epoch = trial.epoch() + 1; epoch <= trial.until(); ++epoch) {
      constexpr int kEpisodes = 10;
      double sum = 0;
      for (int i = 0; i < kEpisodes; ++i) sum += learner.episode(rate, discount, exploration);
      if (!trial.report(epoch, {{"reward", sum / kEpisodes}})) return;
    }
  }
};

PEGBOX_LOOP(Walk, "cliff", "Q-learning in a small world with a cliff")

#include "trainer/checkpoint.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <torch/nn/modules/container/functional.h>
#include <torch/serialize.h>

#include "one_fit.hpp"
#include "small_model.hpp"
#include "trainer/kept_trials.hpp"

namespace pegbox {
namespace {

using testing::ElementsAre;
using testing::Pair;

const c10::Device kCpu(c10::DeviceType::CPU);

/// Parts of all kinds: a scalar, several types, a child of children without parameters, a buffer that is not there.
class OddNet final : public Network {
 public:
  OddNet() {
    scale_ = register_parameter("scale", torch::rand({}));
    register_parameter("wide", torch::rand({2, 0, 3}, torch::kDouble));
    register_parameter("fixed", torch::rand({2}), /*requires_grad=*/false);
    register_buffer("count", torch::tensor(0, torch::kLong));
    register_buffer("mask", torch::tensor({true, false}));
    register_buffer("none", torch::Tensor());
    child_->push_back(torch::nn::Dropout(0.5));
    child_->push_back(torch::nn::Functional(torch::relu));
    register_module("child", child_);
  }
  torch::Tensor forward(torch::Tensor input) override { return child_->forward(input) * scale_; }

 private:
  torch::Tensor scale_;
  torch::nn::Sequential child_;
};

class EmptyNet final : public Network {
 public:
  torch::Tensor forward(torch::Tensor input) override { return input; }
};

template <class Net>
class NetModel final : public Model {
 public:
  SearchSpace space() const override { return {}; }
  std::shared_ptr<Network> build(const Params&, const DataInfo&) const override { return std::make_shared<Net>(); }
};

template <class Net>
std::unique_ptr<OneFit> begun(std::uint64_t seed) {
  Trial one = trial(0, 1);
  one.seed = seed;
  one.params.set("optimizer", "adam");
  return begun_fit(NetModel<Net>(), {}, one);
}

std::string bytes_in(const torch::Tensor& tensor) {
  const auto whole = tensor.contiguous();
  return {static_cast<const char*>(whole.const_data_ptr()), whole.nbytes()};
}

/// Every bit of the network.
std::vector<std::string> bits(const Network& network) {
  std::vector<std::string> result;
  for (const auto& item : network.named_parameters()) result.push_back(item.key() + bytes_in(item.value()));
  for (const auto& item : network.named_buffers()) result.push_back(item.key() + bytes_in(item.value()));
  return result;
}

TEST(CheckpointTest, KeepsPartsOfAnyKind) {
  const auto state = begun<OddNet>(1);
  const auto other = begun<OddNet>(2);
  ASSERT_NE(bits(*state->fit().network), bits(*other->fit().network));
  for (const auto& buffer : state->fit().network->named_buffers()) {
    at::Tensor(buffer.value()).copy_(buffer.value().logical_not());
  }
  state->epoch = 7;
  Checkpoint checkpoint(pack_checkpoint("s", trial(0, 9), *state), kCpu);
  checkpoint.restore(*other);
  EXPECT_EQ(bits(*other->fit().network), bits(*state->fit().network));
  EXPECT_EQ(other->epoch, 7);
  for (const auto& item : other->fit().network->named_parameters()) {
    EXPECT_EQ(item.value().requires_grad(), item.key() != "fixed") << item.key();
  }
}

TEST(CheckpointTest, KeepsANetworkWithoutParameters) {
  const auto state = begun<EmptyNet>(1);
  Checkpoint checkpoint(pack_checkpoint("s", trial(0, 9), *state), kCpu);
  const auto other = begun<EmptyNet>(2);
  checkpoint.restore(*other);
  EXPECT_EQ(bytes_in(other->fit().random.state()[0]), bytes_in(state->fit().random.state()[0]));
}

TEST(CheckpointTest, KeepsHowAFitStands) {
  const auto state = begun<OddNet>(1);
  Fit& fit = state->fit();
  fit.epoch = 4;
  fit.plateau = {0.25, -0.0, 3};
  fit.metrics = {{"loss", 0.1 + 0.2}, {"best_epoch", 2}};
  fit.best = {2, {{"loss", 1.0 / 3}}, {torch::rand({2, 3}), torch::tensor({true, false})}};
  const auto other = begun<OddNet>(2);
  Checkpoint(pack_checkpoint("s", trial(0, 9), *state), kCpu).restore(*other);
  const Fit& found = other->fit();
  EXPECT_EQ(found.epoch, 4);
  EXPECT_EQ(found.plateau.factor, 0.25);
  EXPECT_TRUE(std::signbit(found.plateau.best));
  EXPECT_EQ(found.plateau.waited, 3);
  EXPECT_EQ(found.metrics, fit.metrics);
  EXPECT_FALSE(found.ended);
  ASSERT_TRUE(found.best.has_value());
  EXPECT_EQ(found.best->epoch, 2);
  EXPECT_EQ(found.best->metrics, fit.best->metrics);
  ASSERT_EQ(found.best->weights.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) EXPECT_TRUE(torch::equal(found.best->weights[i], fit.best->weights[i]));
}

TEST(CheckpointTest, KeepsThatAFitHasEnded) {
  const auto state = begun<OddNet>(1);
  state->fit().best = {2, {{"loss", 0.5}}, {}};
  state->fit().ended = true;
  const auto other = begun<OddNet>(2);
  Checkpoint(pack_checkpoint("s", trial(0, 9), *state), kCpu).restore(*other);
  EXPECT_TRUE(other->fit().ended);
  ASSERT_TRUE(other->fit().best.has_value());
  EXPECT_EQ(other->fit().best->epoch, 2);
}

TEST(CheckpointTest, KeepsEveryDoubleOfTheReports) {
  using Limits = std::numeric_limits<double>;
  Trial one = trial(0, 9);
  const Metrics metrics{
      {"a b", 0.1 + 0.2}, {"b", Limits::denorm_min()}, {"c", -0.0}, {"d", Limits::infinity()}, {"e", Limits::max()}};
  one.reports = {{1, metrics}, {2, {}}, {3, {{"a b", 1.0 / 3}}}};
  const Checkpoint checkpoint(pack_checkpoint("s", one, *begun<OddNet>(1)), kCpu);
  ASSERT_EQ(checkpoint.reports().size(), 3U);
  EXPECT_EQ(checkpoint.reports()[0].metrics, metrics);
  EXPECT_TRUE(std::signbit(checkpoint.reports()[0].metrics.at("c")));
  EXPECT_TRUE(checkpoint.reports()[1].metrics.empty());
  EXPECT_THAT(checkpoint.reports()[2].metrics, ElementsAre(Pair("a b", 1.0 / 3)));
  EXPECT_EQ(checkpoint.reports()[2].epoch, 3);
}

TEST(CheckpointTest, KnowsWhoseItIs) {
  const Trial mine = trial(3, 9);
  const Checkpoint checkpoint(pack_checkpoint("s", mine, *begun<OddNet>(1)), kCpu);
  EXPECT_TRUE(checkpoint.belongs_to("s", mine));
  EXPECT_FALSE(checkpoint.belongs_to("t", mine));
  const auto with = [&](auto&& change) {
    Trial other = mine;
    change(other);
    return checkpoint.belongs_to("s", other);
  };
  EXPECT_FALSE(with([](Trial& other) { other.number = 4; }));
  EXPECT_FALSE(with([](Trial& other) { ++other.seed; }));
  EXPECT_FALSE(with([](Trial& other) { other.params.set("width", 9); }));
  EXPECT_FALSE(with([](Trial& other) { other.params.set("depth", 9); }));
  EXPECT_FALSE(with([](Trial& other) { other.params.set("learning_rate", std::nextafter(0.01, 1)); }));
  EXPECT_TRUE(with([](Trial& other) { other.params.set("width", 8.0); })) << "the same number";
  EXPECT_TRUE(with([](Trial& other) { other.until = 99; }));
}

TEST(CheckpointTest, AnotherNetworkIsSeen) {
  Checkpoint checkpoint(pack_checkpoint("s", trial(0, 9), *begun<EmptyNet>(1)), kCpu);
  const auto other = begun<OddNet>(1);
  EXPECT_THROW(checkpoint.restore(*other), std::exception);
  const DataInfo info{Task::classification, {2}, 2, {}, {}};
  Trial narrow = trial(0, 9);
  Trial wide = trial(0, 9);
  wide.params.set("width", 9);
  Checkpoint small(pack_checkpoint("s", narrow, *begun_fit(SmallModel(), info, narrow)), kCpu);
  const auto big = begun_fit(SmallModel(), info, wide);
  EXPECT_THROW(small.restore(*big), std::exception);
}

TEST(CheckpointTest, OtherBytesAreRefused) {
  const auto refused = [](const std::string& bytes) { EXPECT_THROW(Checkpoint(bytes, kCpu), std::exception); };
  refused("");
  refused("PK\x03\x04");
  refused(std::string(100'000, 'x'));
  const std::string whole = pack_checkpoint("s", trial(0, 9), *begun<OddNet>(1));
  for (std::size_t part = 0; part < 16; ++part) refused(whole.substr(0, part * whole.size() / 16));
  std::ostringstream tensor;
  torch::save(torch::ones({3}), tensor);
  refused(tensor.str());
}

std::shared_ptr<OneFit> small_state(Budget epoch) {
  std::shared_ptr<OneFit> state = begun_fit(SmallModel(), {Task::classification, {2}, 2, {}, {}}, trial(0, 9));
  state->epoch = epoch;
  return state;
}

// Width 8, 2 inputs and outputs: 24 + 18 weights of the layers, 16 of the norm, its 16 moments, one long counter.
constexpr std::int64_t kSmallBytes = 4 * (24 + 18 + 16 + 16) + 8;

TEST(KeptTrialsTest, CountsParametersBuffersAndTheOptimizersState) {
  const auto state = small_state(0);
  EXPECT_EQ(state->bytes(), kSmallBytes);
  state->fit().network->forward(torch::ones({4, 2})).sum().backward();
  state->fit().optimizer->step();
  EXPECT_EQ(state->bytes(), kSmallBytes + 4 * (24 + 18 + 16)) << "momentum";
}

TEST(KeptTrialsTest, CountsTheBestWeights) {
  const auto state = small_state(0);
  state->fit().best = {1, {}, weights_of(*state->fit().network)};
  EXPECT_EQ(state->bytes(), 2 * kSmallBytes);
}

TEST(KeptTrialsTest, FreesTheLongestKeptThatAreSaved) {
  KeptTrials kept(2 * kSmallBytes);
  for (const int number : {5, 3, 9, 1}) kept.keep(number, small_state(number), /*saved=*/number != 5);
  const auto in_memory = [&] {
    std::vector<int> numbers;
    for (const int number : {1, 3, 5, 9}) {
      if (kept.find(number, number) != nullptr) numbers.push_back(number);
    }
    return numbers;
  };
  EXPECT_THAT(in_memory(), ElementsAre(1, 3, 5, 9)) << "until told to";
  kept.shrink();
  EXPECT_THAT(in_memory(), ElementsAre(1, 5)) << "5 is in no checkpoint";
  EXPECT_TRUE(kept.saved(3, 3));
  EXPECT_FALSE(kept.saved(3, 4));
  EXPECT_FALSE(kept.saved(5, 5));
  kept.mark_saved(5);
  kept.shrink();
  EXPECT_THAT(in_memory(), ElementsAre(1, 5)) << "within the limit";
}

TEST(KeptTrialsTest, HandsOverAndForgets) {
  KeptTrials kept(0);
  kept.keep(1, small_state(4), true);
  EXPECT_EQ(kept.find(1, 3), nullptr) << "at another epoch";
  EXPECT_NE(kept.take(1), nullptr);
  EXPECT_EQ(kept.take(1), nullptr);
  EXPECT_FALSE(kept.saved(1, 4)) << "who took it trains on";
  kept.keep(1, small_state(4), true);
  kept.unload(1);
  EXPECT_EQ(kept.find(1, 4), nullptr);
  EXPECT_TRUE(kept.saved(1, 4));
  kept.forget(1);
  EXPECT_FALSE(kept.saved(1, 4));
  kept.keep(2, small_state(4), false);
  kept.unload(2);
  EXPECT_EQ(kept.take(2), nullptr);
}

}  // namespace
}  // namespace pegbox

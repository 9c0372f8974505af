#include <thread>

#include <gmock/gmock.h>
#include <torch/nn/functional/dropout.h>
#include <torch/nn/init.h>

#include <pegbox/error.hpp>
#include <pegbox/random.hpp>

#include "trainer/dataset_builder.hpp"
#include "trainer/optimizer.hpp"
#include "trainer/table_dataset.hpp"
#include "trainer/training.hpp"
#include "trainer/trial_random.hpp"

namespace pegbox {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

const c10::Device kCpu(c10::DeviceType::CPU);

std::vector<float> values(const torch::Tensor& tensor) {
  const auto flat = tensor.to(torch::kFloat).contiguous().flatten();
  return {flat.const_data_ptr<float>(), flat.const_data_ptr<float>() + flat.numel()};
}

/// Initialisation, dropout and shuffling as models and the trainer draw them.
std::vector<float> drawn(std::uint64_t seed) {
  TrialRandom random(seed, kCpu);
  const TrialRandom::Use use(random);
  auto weights = torch::empty({5, 7});
  torch::nn::init::kaiming_uniform_(weights);
  const auto dropped = torch::nn::functional::dropout(torch::ones({30}), torch::nn::functional::DropoutFuncOptions());
  const auto all = torch::cat({weights.flatten(), dropped, torch::randperm(20).to(torch::kFloat), torch::randn({9}),
                               torch::rand({9}), torch::bernoulli(torch::full({9}, 0.5)),
                               torch::empty({9}).normal_(2, 3), torch::randint(0, 100, {9}).to(torch::kFloat),
                               torch::multinomial(torch::ones({9}), 5).to(torch::kFloat)});
  return values(all);
}

TEST(TrialRandomTest, IsTheSameOnAnyNumberOfThreads) {
  constexpr int kTrials = 16;
  std::vector<std::vector<float>> alone;
  for (int i = 0; i < kTrials; ++i) alone.push_back(drawn(static_cast<std::uint64_t>(i)));
  std::vector<std::vector<float>> together(kTrials);
  std::vector<std::thread> threads;
  for (int first = 0; first < 4; ++first) {
    threads.emplace_back([&, first] {
      for (int i = first; i < kTrials; i += 4)
        together[static_cast<std::size_t>(i)] = drawn(static_cast<std::uint64_t>(i));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(together, alone);
  for (int i = 1; i < kTrials; ++i) EXPECT_NE(alone[0], alone[static_cast<std::size_t>(i)]);
}

TEST(TrialRandomTest, LeavesTheProcessGeneratorAlone) {
  torch::manual_seed(5);
  const auto before = values(torch::rand({4}));
  torch::manual_seed(5);
  drawn(1);
  EXPECT_EQ(values(torch::rand({4})), before) << "a trial drew from the process's generator";
}

TEST(TrialRandomTest, AGeneratorThatIsGivenIsUsed) {
  const auto with_own = [] {
    auto generator = at::detail::createCPUGenerator(9);
    return values(torch::rand({4}, generator));
  };
  const auto outside = with_own();
  TrialRandom random(1, kCpu);
  const TrialRandom::Use use(random);
  EXPECT_EQ(with_own(), outside);
}

TEST(TrialRandomTest, GoesOnFromAStateThatWasTaken) {
  TrialRandom random(3, kCpu);
  const auto draw = [](TrialRandom& source) {
    const TrialRandom::Use use(source);
    // Normal numbers are made in pairs: after three of them one is left over.
    return values(torch::cat({torch::randn({3}), torch::rand({2})}));
  };
  draw(random);
  const auto state = random.state();
  const auto wanted = draw(random);
  TrialRandom other(4, kCpu);
  other.restore(state);
  EXPECT_EQ(draw(other), wanted);
  EXPECT_THROW(other.restore({}), c10::Error);
  EXPECT_THROW(other.restore({torch::zeros({7}, torch::kByte)}), c10::Error);
}

TEST(TrialRandomTest, GoesOnWhereItWas) {
  TrialRandom whole(3, kCpu);
  TrialRandom parts(3, kCpu);
  std::vector<float> at_once;
  {
    const TrialRandom::Use use(whole);
    at_once = values(torch::cat({torch::rand({5}), torch::rand({5})}));
  }
  std::vector<float> in_parts;
  for (int part = 0; part < 2; ++part) {
    const TrialRandom::Use use(parts);
    for (const float value : values(torch::rand({5}))) in_parts.push_back(value);
  }
  EXPECT_EQ(in_parts, at_once);
}

Table table(std::size_t rows, bool classes) {
  Table result;
  result.columns = {"a", "constant", "b"};
  result.shape = {3};
  std::vector<float> inputs;
  if (classes) result.classes = {"no", "yes"};
  Random random(1, 0, "table");
  for (std::size_t i = 0; i < rows; ++i) {
    inputs.push_back(static_cast<float>(100 + 20 * random.normal()));
    inputs.push_back(7);
    inputs.push_back(static_cast<float>(random.uniform()));
    result.train.targets.push_back(classes ? static_cast<double>(i % 4 == 0) : 1000 + 50 * random.normal());
  }
  result.train.rows = rows;
  result.train.inputs = Inputs(inputs);
  return result;
}

TEST(DatasetBuilderTest, StandardizesByTheTrainingPartOnly) {
  const Dataset raw = as_dataset(table(200, false));
  const Dataset data = prepared(as_dataset(table(200, false)), 0.25, 1);
  EXPECT_EQ(data.train.rows(), 150);
  EXPECT_EQ(data.validation.rows(), 50);
  const auto inputs = data.train.input().to(torch::kDouble);
  for (const int column : {0, 2}) {
    EXPECT_NEAR(inputs.select(1, column).mean().item<double>(), 0, 1e-5);
    EXPECT_NEAR(inputs.select(1, column).std(0, false).item<double>(), 1, 1e-5);
  }
  EXPECT_EQ(inputs.select(1, 1).abs().max().item<double>(), 0) << "a constant column becomes 0";
  EXPECT_GT(data.validation.input().select(1, 0).mean().abs().item<double>(), 1e-4) << "shifted by the training part";
  // One affine map for both parts: undone, they are the raw rows again.
  const auto both = torch::cat({data.train.input(), data.validation.input()}).select(1, 0).to(torch::kDouble);
  const auto before = raw.train.input().select(1, 0).to(torch::kDouble);
  const double scale = before.std().item<double>() / both.std().item<double>();
  EXPECT_NEAR((both * scale).std().item<double>(), before.std().item<double>(), 1e-6);
  ASSERT_EQ(data.info.target_scale.size(), 1U);
  EXPECT_NEAR(data.info.target_scale[0], 50, 8);
  EXPECT_NEAR(data.train.target.mean().item<double>(), 0, 1e-5);
}

TEST(DatasetBuilderTest, KeepsTheSharesOfTheClasses) {
  const Dataset data = prepared(as_dataset(table(200, true)), 0.2, 1);
  EXPECT_EQ(data.validation.target.sum().item<std::int64_t>(), 10) << "a quarter of 40";
  EXPECT_EQ(data.train.target.sum().item<std::int64_t>(), 40);
}

TEST(DatasetBuilderTest, AShapeChangesNoNumber) {
  Table flat = table(40, true);
  Table image = flat;
  image.shape = {3, 1, 1};
  EXPECT_EQ(as_dataset(flat).info.input_shape, std::vector<std::int64_t>{3});
  const Dataset data = prepared(as_dataset(image), 0.25, 1);
  EXPECT_EQ(data.info.input_shape, image.shape);
  EXPECT_EQ(data.train.input().sizes(), (std::vector<std::int64_t>{30, 3, 1, 1}));
  EXPECT_TRUE(torch::equal(data.train.input().flatten(1), prepared(as_dataset(flat), 0.25, 1).train.input()));
}

TEST(DatasetBuilderTest, TheSeedMakesTheSplit) {
  const auto rows = [](std::uint64_t seed) {
    return values(prepared(as_dataset(table(60, true)), 0.2, seed).validation.input());
  };
  EXPECT_EQ(rows(1), rows(1));
  EXPECT_NE(rows(1), rows(2));
}

TEST(DatasetBuilderTest, RefusesWhatCannotBeTrainedOn) {
  const auto refused = [](auto&& change) {
    Dataset data = as_dataset(table(20, true));
    change(data);
    return [data] { prepared(data, 0.2, 1); };
  };
  EXPECT_THAT(refused([](Dataset& d) { d.train.target = d.train.target.slice(0, 0, 5); }),
              ThrowsMessage<StudyError>(HasSubstr("targets are not one for each row")));
  EXPECT_THAT(refused([](Dataset& d) { d.info.outputs = 1; }), ThrowsMessage<StudyError>(HasSubstr("must be in 0..0")));
  EXPECT_THAT(refused([](Dataset& d) { d.train.target = d.train.target.to(torch::kFloat); }),
              ThrowsMessage<StudyError>(HasSubstr("of type long")));
  EXPECT_THAT(refused([](Dataset& d) { d.train.inputs.push_back(torch::ones({3})); }),
              ThrowsMessage<StudyError>(HasSubstr("different numbers of rows")));
  EXPECT_THAT(refused([](Dataset& d) { d.train.inputs.clear(); }), ThrowsMessage<StudyError>(HasSubstr("no rows")));
}

/// Two steps down from w = 2 with gradient 3, by hand.
std::vector<double> two_steps(const Params& params) {
  auto weight = torch::full({1}, 2.0, torch::kDouble).requires_grad_();
  const auto optimizer = make_optimizer(params, {weight});
  std::vector<double> path;
  for (int step = 0; step < 2; ++step) {
    weight.mutable_grad() = torch::full({1}, 3.0, torch::kDouble);
    optimizer->step();
    path.push_back(weight.item<double>());
  }
  return path;
}

TEST(OptimizerTest, SgdWithMomentumAndDecay) {
  const auto path = two_steps({{"optimizer", "sgd"}, {"learning_rate", 0.1}, {"momentum", 0.5}, {"weight_decay", 0.2}});
  const double first = 2 - 0.1 * (3 + 0.2 * 2);
  EXPECT_NEAR(path[0], first, 1e-12);
  EXPECT_NEAR(path[1], first - 0.1 * (0.5 * (3 + 0.2 * 2) + 3 + 0.2 * first), 1e-12);
}

TEST(OptimizerTest, AdamStepsByTheLearningRateAtFirst) {
  const auto path = two_steps({{"optimizer", "adam"}, {"learning_rate", 0.1}});
  EXPECT_NEAR(path[0], 2 - 0.1, 1e-6);
  EXPECT_NEAR(path[1], 2 - 0.2, 1e-6) << "equal gradients";
}

TEST(OptimizerTest, AdamWDecaysApartFromTheGradient) {
  const auto path = two_steps({{"optimizer", "adamw"}, {"learning_rate", 0.1}, {"weight_decay", 0.5}});
  EXPECT_NEAR(path[0], 2 * (1 - 0.1 * 0.5) - 0.1, 1e-6);
}

TEST(OptimizerTest, RmspropDividesByTheRunningMean) {
  const auto path = two_steps({{"optimizer", "rmsprop"}, {"learning_rate", 0.1}});
  const double first = 2 - 0.1 * 3 / std::sqrt(0.01 * 9);
  EXPECT_NEAR(path[0], first, 1e-6);
  EXPECT_NEAR(path[1], first - 0.1 * 3 / std::sqrt(0.99 * 0.01 * 9 + 0.01 * 9), 1e-6);
}

TEST(OptimizerTest, CountsTheMemoryOfItsState) {
  const auto bytes = [](const Params& params) {
    auto weight = torch::ones({5, 3}).requires_grad_();
    const auto optimizer = make_optimizer(params, {weight});
    EXPECT_EQ(state_bytes(*optimizer), 0) << "before the first step";
    weight.mutable_grad() = torch::ones({5, 3});
    optimizer->step();
    return state_bytes(*optimizer);
  };
  constexpr std::int64_t kWeights = 5 * 3 * 4;
  EXPECT_EQ(bytes({{"optimizer", "sgd"}, {"learning_rate", 0.1}}), 0);
  EXPECT_EQ(bytes({{"optimizer", "sgd"}, {"learning_rate", 0.1}, {"momentum", 0.5}}), kWeights);
  EXPECT_EQ(bytes({{"optimizer", "adam"}, {"learning_rate", 0.1}}), 2 * kWeights);
  EXPECT_EQ(bytes({{"optimizer", "adamw"}, {"learning_rate", 0.1}}), 2 * kWeights);
  EXPECT_EQ(bytes({{"optimizer", "rmsprop"}, {"learning_rate", 0.1}}), kWeights);
  EXPECT_EQ(bytes({{"optimizer", "rmsprop"}, {"learning_rate", 0.1}, {"momentum", 0.5}}), 2 * kWeights);
}

TEST(OptimizerTest, AnUnknownNameIsAnError) {
  EXPECT_THAT(([] {
                two_steps({{"optimizer", "adamm"}, {"learning_rate", 0.1}});
              }),
              ThrowsMessage<std::runtime_error>(HasSubstr("known are sgd, adam, adamw, rmsprop")));
}

class Plain : public Model {
 public:
  SearchSpace space() const override { return {}; }
  std::shared_ptr<Network> build(const Params&, const DataInfo&) const override { return nullptr; }
};

TEST(ModelTest, MeasuresClasses) {
  const auto output = torch::tensor({{2.0F, 1.0F}, {0.0F, 1.0F}, {3.0F, 0.0F}, {1.0F, 0.5F}});
  const auto target = torch::tensor({0, 1, 1, 0}, torch::kLong);
  const Metrics metrics = Plain().metrics(output, target, {});
  EXPECT_DOUBLE_EQ(metrics.at("accuracy"), 0.75);
  const auto miss = [](double right, double wrong) { return std::log(1 + std::exp(wrong - right)); };
  EXPECT_NEAR(Plain().loss(output, target, {}).item<double>(),
              (miss(2, 1) + miss(1, 0) + miss(0, 3) + miss(1, 0.5)) / 4, 1e-6);
}

TEST(ModelTest, MeasuresRegressionInTheDatasUnit) {
  DataInfo info;
  info.task = Task::regression;
  info.target_scale = {10};
  const auto output = torch::tensor({{1.0F}, {2.0F}, {3.0F}});
  const auto target = torch::tensor({{1.0F}, {2.0F}, {5.0F}});
  const Metrics metrics = Plain().metrics(output, target, info);
  EXPECT_NEAR(metrics.at("rmse"), 10 * std::sqrt(4.0 / 3), 1e-6);
  EXPECT_NEAR(Plain().loss(output, target, {}).item<double>(), 4.0 / 3, 1e-6);
  const double mean = 8.0 / 3;
  const double spread = (1 - mean) * (1 - mean) + (2 - mean) * (2 - mean) + (5 - mean) * (5 - mean);
  EXPECT_NEAR(metrics.at("r2"), 1 - 4 / spread, 1e-6);
}

}  // namespace
}  // namespace pegbox

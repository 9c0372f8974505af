#include "trainer/trial_random.hpp"

#include <thread>
#include <vector>

#include <ATen/CPUGeneratorImpl.h>
#include <gmock/gmock.h>
#include <torch/nn/functional/dropout.h>
#include <torch/nn/init.h>

#include "tensors.hpp"

namespace pegbox {
namespace {

const c10::Device kProcessor(c10::DeviceType::CPU);

/// Initialisation, dropout and shuffling as models and the trainer draw them.
std::vector<float> drawn(std::uint64_t seed) {
  TrialRandom random(seed, kProcessor);
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
  TrialRandom random(1, kProcessor);
  const TrialRandom::Use use(random);
  EXPECT_EQ(with_own(), outside);
}

TEST(TrialRandomTest, GoesOnFromAStateThatWasTaken) {
  TrialRandom random(3, kProcessor);
  const auto draw = [](TrialRandom& source) {
    const TrialRandom::Use use(source);
    // Normal numbers are made in pairs: after three of them one is left over.
    return values(torch::cat({torch::randn({3}), torch::rand({2})}));
  };
  draw(random);
  const auto state = random.state();
  const auto wanted = draw(random);
  TrialRandom other(4, kProcessor);
  other.restore(state);
  EXPECT_EQ(draw(other), wanted);
  EXPECT_THROW(other.restore({}), c10::Error);
  EXPECT_THROW(other.restore({torch::zeros({7}, torch::kByte)}), c10::Error);
}

TEST(TrialRandomTest, GoesOnWhereItWas) {
  TrialRandom whole(3, kProcessor);
  TrialRandom parts(3, kProcessor);
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

}  // namespace
}  // namespace pegbox

#include "trainer/device.hpp"

#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <ATen/Parallel.h>
#include <gmock/gmock.h>
#include <torch/nn/modules/linear.h>
#include <torch/optim/adam.h>

#include <pegbox/error.hpp>

#include "trainer/device_fault.hpp"
#include "trainer/memory_limit.hpp"
#include "trainer/memory_text.hpp"

namespace pegbox {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using testing::ThrowsMessage;

const c10::Device kCpu(c10::DeviceType::CPU);
c10::Device gpu(int index) { return {c10::DeviceType::CUDA, static_cast<c10::DeviceIndex>(index)}; }

TEST(Devices, AreNamed) {
  EXPECT_THAT(devices_named("auto", 0, "there is no NVIDIA driver"), ElementsAre(kCpu));
  EXPECT_THAT(devices_named("auto", 3, ""), ElementsAre(gpu(0)));
  EXPECT_THAT(devices_named("cpu", 3, ""), ElementsAre(kCpu));
  EXPECT_THAT(devices_named("cuda", 3, ""), ElementsAre(gpu(0)));
  EXPECT_THAT(devices_named("cuda:2", 3, ""), ElementsAre(gpu(2)));
  EXPECT_THAT(devices_named("cuda:12", 13, ""), ElementsAre(gpu(12)));
  EXPECT_THAT(devices_named("all", 3, ""), ElementsAre(gpu(0), gpu(1), gpu(2)));
}

TEST(Devices, ThatAreNotThereAreRefused) {
  EXPECT_THAT([] { devices_named("cuda:3", 3, ""); },
              ThrowsMessage<StudyError>("there is no device 'cuda:3'; GPUs here: 3, from cuda:0 on"));
  for (const char* name : {"all", "cuda", "cuda:0"}) {
    EXPECT_THAT([&] { devices_named(name, 0, "there is no NVIDIA driver"); },
                ThrowsMessage<StudyError>("device '" + std::string(name) +
                                          "' cannot be used: there is no NVIDIA driver; 'device: cpu' works here"));
  }
}

TEST(Devices, TheProcessorIsAlwaysThere) { EXPECT_THAT(find_devices("cpu"), ElementsAre(kCpu)); }

c10::AcceleratorError cuda_error(std::int32_t number, const std::string& text) {
  return {{"f", "f.cpp", 1}, number, "CUDA error: " + text + "\nSearch for `cudaError' for more information.\n"};
}

TEST(DeviceFaults, AreToldByType) {
  EXPECT_EQ(fault_of(std::bad_alloc()), DeviceFault::out_of_memory);
  EXPECT_EQ(fault_of(c10::OutOfMemoryError({"f", "f.cpp", 1}, "any words")), DeviceFault::out_of_memory);
  EXPECT_EQ(fault_of(cuda_error(2, "out of memory")), DeviceFault::out_of_memory);
  for (const std::int32_t number : {700, 710, 719, 214, 702, 715, 716, 717, 718, 999}) {
    EXPECT_EQ(fault_of(cuda_error(number, "any words")), DeviceFault::lost) << number;
  }
  // Wrong arguments, no kernel for this GPU, too many resources for a launch: the device works on.
  for (const std::int32_t number : {1, 209, 701, 801}) {
    EXPECT_EQ(fault_of(cuda_error(number, "any words")), DeviceFault::none) << number;
  }
  EXPECT_EQ(fault_of(DeviceError("cuda:0 is lost")), DeviceFault::lost);
}

TEST(DeviceFaults, AreToldByWords) {
  const auto fault = [](const char* text) { return fault_of(std::runtime_error(text)); };
  EXPECT_EQ(fault("CUDA error: device-side assert triggered"), DeviceFault::lost);
  EXPECT_EQ(fault("step 3: CUDA error: an illegal memory access was encountered"), DeviceFault::lost);
  EXPECT_EQ(fault("CUDA error: unspecified launch failure"), DeviceFault::lost);
  EXPECT_EQ(fault("CUDA error: uncorrectable ECC error encountered"), DeviceFault::lost);
  EXPECT_EQ(fault("CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasSgemm(handle)`"), DeviceFault::lost);
  EXPECT_EQ(fault("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED"), DeviceFault::lost);
  EXPECT_EQ(fault("CUDA out of memory. Tried to allocate 2.00 GiB."), DeviceFault::out_of_memory);
  EXPECT_EQ(fault("CUDA error: out of memory"), DeviceFault::out_of_memory);
  EXPECT_EQ(fault("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
            DeviceFault::out_of_memory);
  EXPECT_EQ(fault("CUDA error: CUBLAS_STATUS_INVALID_VALUE"), DeviceFault::none);
  EXPECT_EQ(fault("the file has a misaligned address"), DeviceFault::none) << "CUDA did not say it";
  EXPECT_EQ(fault("mat1 and mat2 shapes cannot be multiplied"), DeviceFault::none);
}

/// LibTorch's own: 2^60 bytes are more than any machine has.
TEST(DeviceFaults, TheProcessorsMemoryEnds) {
  const auto ask = [] { on_device({kCpu, 64}, [] { torch::empty({std::int64_t{1} << 58}); }); };
  EXPECT_THAT(ask, ThrowsMessage<std::runtime_error>("out of memory on cpu at batch size 64; a smaller batch_size or "
                                                     "network fits, or fewer 'jobs'"));
}

TEST(DeviceFaults, OutOfMemoryIsTold) {
  EXPECT_EQ(out_of_memory_text({gpu(0), 256, 2}, 7'900'000'000, 8'000'000'000),
            "out of memory on cuda:0 at batch size 256: peak 7.9 GB of 8 GB; a smaller batch_size or network fits, or "
            "'per_device: 1'");
  EXPECT_EQ(out_of_memory_text({gpu(1)}, {}, {}), "out of memory on cuda:1; a smaller batch_size or network fits");
}

TEST(DeviceFaults, ALostDeviceIsTold) {
  const auto assert_in_kernel = [] {
    on_device({kCpu}, [] { throw cuda_error(710, "device-side assert triggered"); });
  };
  EXPECT_THAT(assert_in_kernel,
              ThrowsMessage<DeviceError>("cpu is lost to this process: CUDA error: device-side assert "
                                         "triggered"));
  const auto nested = [&] { on_device({kCpu}, assert_in_kernel); };
  EXPECT_THAT(nested, ThrowsMessage<DeviceError>(StartsWith("cpu is lost to this process: CUDA error")));
}

TEST(DeviceFaults, OtherErrorsGoOnAsTheyAre) {
  EXPECT_THROW(on_device({kCpu}, [] { throw std::invalid_argument("the model's own"); }), std::invalid_argument);
  EXPECT_THROW(on_device({kCpu}, [] { throw 1; }), int);
  int done = 0;
  on_device({kCpu}, [&] { ++done; });
  EXPECT_EQ(done, 1);
}

TEST(DeviceFaults, TheProcessorHasNoPeakAndNothingToRelease) {
  release_memory(kCpu);
  reset_peak(kCpu);
  EXPECT_EQ(peak_memory(kCpu), std::nullopt);
  EXPECT_TRUE(works(kCpu));
}

TEST(MemoryText, IsToTwoDigits) {
  EXPECT_EQ(memory_text(0), "0 bytes");
  EXPECT_EQ(memory_text(999), "999 bytes");
  EXPECT_EQ(memory_text(1000), "1 kB");
  EXPECT_EQ(memory_text(512'000'000), "512 MB");
  EXPECT_EQ(memory_text(7'940'000'000), "7.9 GB");
  EXPECT_EQ(memory_text(999'960), "1 MB");
  EXPECT_EQ(memory_text(1'500'000'000'000'000), "1500 TB");
}

class MemoryLimit : public testing::Test {
 protected:
  MemoryLimit() {
    count_memory();
    at::set_num_threads(1);
  }
};

constexpr std::int64_t kPlenty = 1'000'000'000;

TEST_F(MemoryLimit, CountsANetworkExactly) {
  const MemoryScope scope(kPlenty);
  {
    const torch::nn::Linear layer(30, 20);
    EXPECT_EQ(scope.live(), 4 * (30 * 20 + 20));
  }
  EXPECT_EQ(scope.live(), 0);
  EXPECT_GE(scope.peak(), 4 * (30 * 20 + 20));
}

/// Parameters, gradients and Adam's two moments of each, with its step count; and what is between forward and backward.
TEST_F(MemoryLimit, CountsATrainingStep) {
  constexpr std::int64_t kWeights = 4 * (100 * 50 + 50);
  const MemoryScope scope(kPlenty);
  torch::nn::Linear layer(100, 50);
  torch::optim::Adam optimizer(layer->parameters());
  EXPECT_EQ(scope.live(), kWeights);
  const torch::Tensor input = torch::ones({8, 100});
  EXPECT_EQ(scope.live(), kWeights + 4 * 8 * 100);
  layer->forward(input).sum().backward();
  EXPECT_EQ(scope.live(), 2 * kWeights + 4 * 8 * 100);
  optimizer.step();
  EXPECT_EQ(scope.live(), 4 * kWeights + 4 * 8 * 100);
  EXPECT_GE(scope.peak(), scope.live());
}

TEST_F(MemoryLimit, RefusesBeforeAnythingIsAllocated) {
  const auto big = [] {
    const MemoryScope scope(2'000'000'000);
    const torch::nn::Linear layer(100'000, 100'000);
  };
  EXPECT_THAT(big, ThrowsMessage<MemoryLimitError>("would need more than 2 GB of memory (trial_memory)"));
}

TEST_F(MemoryLimit, LetsTheLastByteIn) {
  const MemoryScope scope(1000);
  const torch::Tensor most = torch::empty({1000}, torch::kByte);
  EXPECT_EQ(scope.live(), 1000);
  EXPECT_THROW(torch::empty({1}, torch::kByte), MemoryLimitError);
  EXPECT_EQ(scope.live(), 1000);
  EXPECT_TRUE(scope.exceeded());
  EXPECT_EQ(torch::empty({0}).numel(), 0);
}

TEST_F(MemoryLimit, IsNotCountedOutsideOfAScope) {
  const torch::Tensor before = torch::ones({100});
  const MemoryScope scope(kPlenty);
  const torch::Tensor view = before.view({10, 10});
  EXPECT_EQ(scope.live(), 0) << "views take nothing";
  std::thread([&] { const torch::Tensor elsewhere = torch::ones({100}); }).join();
  EXPECT_EQ(scope.peak(), 0);
}

TEST_F(MemoryLimit, TensorsMayOutliveTheirScope) {
  torch::Tensor survivor;
  {
    const MemoryScope scope(kPlenty);
    survivor = torch::full({1000}, 7);
    EXPECT_EQ(scope.live(), 1000 * 8);
  }
  EXPECT_EQ(survivor.sum().item<std::int64_t>(), 7000);
  const MemoryScope another(kPlenty);
  survivor = torch::Tensor();
  EXPECT_EQ(another.live(), 0) << "it was counted in the other scope";
}

TEST_F(MemoryLimit, TensorsMayBeFreedOnAnotherThread) {
  const MemoryScope scope(kPlenty);
  std::vector<torch::Tensor> tensors;
  for (int i = 0; i < 100; ++i) tensors.push_back(torch::ones({100}));
  EXPECT_EQ(scope.live(), 100 * 400);
  std::thread([&] { tensors.clear(); }).join();
  EXPECT_EQ(scope.live(), 0);
}

TEST_F(MemoryLimit, ResizedStorageIsCountedAnew) {
  const MemoryScope scope(kPlenty);
  torch::Tensor tensor = torch::ones({10});
  tensor.resize_({1000});
  EXPECT_EQ(scope.live(), 4000);
  EXPECT_EQ(tensor.slice(0, 0, 10).sum().item<float>(), 10);
}

TEST_F(MemoryLimit, AnInnerScopeCountsForTheOuterOne) {
  const MemoryScope outer(1000);
  const torch::Tensor first = torch::empty({600}, torch::kByte);
  {
    const MemoryScope inner(500);
    const torch::Tensor second = torch::empty({300}, torch::kByte);
    EXPECT_EQ(inner.live(), 300);
    EXPECT_EQ(outer.live(), 900);
    EXPECT_THROW(torch::empty({200}, torch::kByte), MemoryLimitError) << "the outer limit";
    EXPECT_FALSE(inner.exceeded());
    EXPECT_EQ(inner.live(), 300) << "nothing is left of what was refused";
  }
  EXPECT_EQ(outer.live(), 600);
  EXPECT_EQ(outer.peak(), 900);
}

TEST_F(MemoryLimit, ThreadsHaveTheirOwnScopes) {
  constexpr int kThreads = 4;
  std::vector<std::int64_t> peaks(kThreads);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < kThreads; ++i) {
      threads.emplace_back([&peaks, i] {
        const auto size = static_cast<std::int64_t>(100 * (i + 1));
        const MemoryScope outer(kPlenty);
        for (int turn = 0; turn < 50; ++turn) {
          const MemoryScope inner(size);
          const torch::Tensor tensor = torch::empty({size}, torch::kByte);
          EXPECT_EQ(inner.live(), size);
          EXPECT_THROW(torch::empty({1}, torch::kByte), MemoryLimitError);
        }
        peaks[i] = outer.peak();
        EXPECT_EQ(outer.live(), 0);
      });
    }
  }
  EXPECT_THAT(peaks, ElementsAre(100, 200, 300, 400));
}

TEST_F(MemoryLimit, CheckNamesTheStage) {
  const auto checked = [](std::int64_t limit) {
    return check_memory(limit, [](const OnStage& stage) {
      stage("when it was built");
      torch::nn::Linear layer(100, 100);
      stage("in a training step with batch size 256");
      layer->forward(torch::ones({256, 100})).sum().backward();
    });
  };
  EXPECT_THAT([&] { checked(40'000); },
              ThrowsMessage<MemoryLimitError>("would need more than 40 kB of memory (trial_memory) when it was built"));
  EXPECT_THAT([&] { checked(100'000); },
              ThrowsMessage<MemoryLimitError>("would need more than 100 kB of memory (trial_memory) in a training step "
                                              "with batch size 256"));
  const std::int64_t peak = checked(kPlenty);
  EXPECT_GT(peak, 2 * 4 * (100 * 100 + 100) + 4 * 256 * 100);
  EXPECT_EQ(checked(peak), peak) << "what it took is enough for it";
  EXPECT_THROW(checked(peak - 1), MemoryLimitError);
}

TEST_F(MemoryLimit, CheckSeesARefusalThatTheModelSwallows) {
  const auto swallowed = [] {
    check_memory(1000, [](const OnStage& stage) {
      stage("when it was built");
      try {
        torch::empty({1000});
      } catch (const std::exception&) {
        throw std::runtime_error("no bricks");
      }
    });
  };
  EXPECT_THAT(swallowed, ThrowsMessage<MemoryLimitError>(HasSubstr("when it was built")));
}

TEST_F(MemoryLimit, CheckPassesOnOtherErrorsAndDoesNothingWithoutALimit) {
  EXPECT_THROW(check_memory(kPlenty, [](const OnStage&) { throw std::invalid_argument("shapes"); }),
               std::invalid_argument);
  EXPECT_EQ(check_memory({}, [](const OnStage&) { FAIL() << "nothing to check"; }), 0);
}

}  // namespace
}  // namespace pegbox

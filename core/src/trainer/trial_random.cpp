#include "trial_random.hpp"

#include <algorithm>
#include <string>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/library.h>

namespace pegbox {
namespace {

// A key that LibTorch leaves to whoever wants to see all operations of a thread; off unless turned on there. Source:
// c10/core/DispatchKey.h and aten/src/ATen/core/dispatch/backend_fallback_test.cpp.
constexpr auto kKey = c10::DispatchKey::TESTING_ONLY_GenericMode;

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): LibTorch's kernels are free functions
thread_local const TrialRandom* in_use = nullptr;

bool is_generator(const c10::Argument& argument) {
  const auto optional = argument.type()->cast<c10::OptionalType>();
  return optional != nullptr && optional->getElementType()->kind() == c10::TypeKind::GeneratorType;
}

bool takes_generator(const c10::FunctionSchema& schema) {
  return std::any_of(schema.arguments().begin(), schema.arguments().end(), is_generator);
}

/// Where the operation draws: on the device that it names, or that its tensors are on.
c10::DeviceType device_type(c10::ArrayRef<c10::IValue> arguments) {
  for (const c10::IValue& argument : arguments) {
    if (argument.isDevice() && !argument.toDevice().is_cpu()) return argument.toDevice().type();
    if (argument.isTensor() && argument.toTensor().defined() && !argument.toTensor().is_cpu()) {
      return argument.toTensor().device().type();
    }
  }
  return c10::DeviceType::CPU;
}

void draw_from_trial(const c10::OperatorHandle& operation, c10::DispatchKeySet keys, torch::jit::Stack* stack) {
  const auto& arguments = operation.schema().arguments();
  const std::size_t first = stack->size() - arguments.size();
  for (std::size_t i = 0; in_use != nullptr && i < arguments.size(); ++i) {
    c10::IValue& value = (*stack)[first + i];
    if (!value.isNone() || !is_generator(arguments[i])) continue;
    if (const auto own = in_use->on(device_type(c10::ArrayRef<c10::IValue>(*stack).slice(first)))) value = *own;
  }
  operation.redispatchBoxed(keys & c10::DispatchKeySet(c10::DispatchKeySet::FULL_AFTER, kKey), stack);
}

/// Registered once and for good: operators must not be taken back while LibTorch is being taken down.
void register_once() {
  [[maybe_unused]] static const bool registered = [] {
    // NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables)
    static auto& fallback = *new torch::Library(torch::Library::IMPL, "_", kKey, __FILE__, __LINE__);
    static auto& operations = *new torch::Library(torch::Library::IMPL, "aten", kKey, __FILE__, __LINE__);
    // NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)
    fallback.fallback(torch::CppFunction::makeFallthrough());
    auto& dispatcher = c10::Dispatcher::singleton();
    for (const c10::OperatorName& name : dispatcher.getAllOpNames()) {
      if (name.getNamespace() != "aten") continue;
      const auto operation = dispatcher.findSchema(name);
      if (!operation || !takes_generator(operation->schema())) continue;
      const std::string full = c10::toString(name);
      operations.impl(full.c_str(), torch::CppFunction::makeFromBoxedFunction<&draw_from_trial>());
    }
    return true;
  }();
}

}  // namespace

TrialRandom::TrialRandom(std::uint64_t seed, const c10::Device& device) : cpu_(at::detail::createCPUGenerator(seed)) {
  register_once();
  if (device.is_cpu()) return;
  accelerator_ = at::globalContext().getAcceleratorHooksInterface(device.type()).getNewGenerator(device.index());
  accelerator_->set_current_seed(seed);
}

std::optional<at::Generator> TrialRandom::on(c10::DeviceType type) const {
  if (type == c10::DeviceType::CPU) return cpu_;
  if (accelerator_ && accelerator_->device().type() == type) return accelerator_;
  return {};
}

std::vector<at::Tensor> TrialRandom::state() const {
  std::vector<at::Tensor> state{cpu_.get_state()};
  if (accelerator_) state.push_back(accelerator_->get_state());
  return state;
}

void TrialRandom::restore(const std::vector<at::Tensor>& state) {
  TORCH_CHECK(!state.empty(), "there is no state of a generator");
  cpu_.set_state(state.front());
  if (accelerator_ && state.size() > 1) accelerator_->set_state(state[1]);
}

TrialRandom::Use::Use(TrialRandom& random) : key_(kKey) { in_use = &random; }

TrialRandom::Use::~Use() { in_use = nullptr; }

}  // namespace pegbox

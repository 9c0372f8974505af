#include <sstream>

#include <ATen/ATen.h>
#include <torch/nn/functional/loss.h>
#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/linear.h>
#include <torch/optim/adam.h>
#include <torch/serialize.h>

#include <pegbox/loop.hpp>

using namespace pegbox;
using torch::Tensor;

constexpr std::int64_t kNoise = 4;  ///< random numbers that a point is made of
constexpr std::int64_t kBatch = 128;

torch::nn::Sequential perceptron(std::int64_t inputs, std::int64_t width, std::int64_t outputs) {
  return torch::nn::Sequential(torch::nn::Linear(inputs, width), torch::nn::ReLU(), torch::nn::Linear(width, width),
                               torch::nn::ReLU(), torch::nn::Linear(width, outputs));
}

/// Points near a circle, what is to be imitated.
Tensor ring(std::int64_t rows) {
  const Tensor angle = at::rand({rows}) * (2 * M_PI);
  return at::stack({at::cos(angle), at::sin(angle)}, 1) + 0.05 * at::randn({rows, 2});
}

/// How far two clouds are from each other; 0 where they are alike (G. Székely, M. Rizzo, "Energy statistics", 2013).
double energy_distance(const Tensor& one, const Tensor& other) {
  const auto apart = [](const Tensor& a, const Tensor& b) { return at::cdist(a, b).mean().item<double>(); };
  return 2 * apart(one, other) - apart(one, one) - apart(other, other);
}

/// A generator and a discriminator, each with an optimizer of its own (I. Goodfellow et al., "Generative adversarial
/// nets", 2014).
class Pair {
 public:
  explicit Pair(const Params& params, const torch::Device& device)
      : device_(device),
        generator_(perceptron(kNoise, params.get<std::int64_t>("width"), 2)),
        discriminator_(perceptron(2, params.get<std::int64_t>("width"), 1)),
        generator_steps_(on_device(generator_), adam(params, "generator_rate")),
        discriminator_steps_(on_device(discriminator_), adam(params, "discriminator_rate")) {}

  std::string saved() {
    torch::serialize::OutputArchive archive;
    const auto write = [&](const char* name, const auto& part) {
      torch::serialize::OutputArchive own(archive.compilation_unit());
      part.save(own);
      archive.write(name, own);
    };
    write("generator", *generator_);
    write("discriminator", *discriminator_);
    write("generator_steps", generator_steps_);
    write("discriminator_steps", discriminator_steps_);
    std::ostringstream bytes;
    archive.save_to(bytes);
    return bytes.str();
  }

  void restore(const std::string& saved) {
    torch::serialize::InputArchive archive;
    std::istringstream bytes(saved);
    archive.load_from(bytes, device_);
    const auto read = [&](const char* name, auto& part) {
      torch::serialize::InputArchive own;
      archive.read(name, own);
      part.load(own);
    };
    read("generator", *generator_);
    read("discriminator", *discriminator_);
    read("generator_steps", generator_steps_);
    read("discriminator_steps", discriminator_steps_);
  }

  /// First the discriminator learns to tell real points from made ones, then the generator to deceive it.
  void step() {
    const Tensor real = ring(kBatch).to(device_), made = imitated(kBatch);
    discriminator_steps_.zero_grad();
    (wrong(real, 1) + wrong(made.detach(), 0)).backward();
    discriminator_steps_.step();
    generator_steps_.zero_grad();
    wrong(made, 1).backward();
    generator_steps_.step();
  }

  double distance() {
    const at::NoGradGuard no_grad;
    constexpr std::int64_t kRows = 512;
    return energy_distance(ring(kRows).to(device_), imitated(kRows));
  }

 private:
  static torch::optim::AdamOptions adam(const Params& params, const char* rate) {
    constexpr double kMomentum = 0.5;
    return torch::optim::AdamOptions(params.get<double>(rate)).betas({kMomentum, 0.999});
  }

  std::vector<Tensor> on_device(torch::nn::Sequential& network) {
    network->to(device_);
    return network->parameters();
  }

  Tensor imitated(std::int64_t rows) { return generator_->forward(at::randn({rows, kNoise}).to(device_)); }

  Tensor wrong(const Tensor& points, double real) {
    const Tensor said = discriminator_->forward(points);
    return torch::nn::functional::binary_cross_entropy_with_logits(said, at::full_like(said, real));
  }

  torch::Device device_;
  torch::nn::Sequential generator_, discriminator_;
  torch::optim::Adam generator_steps_, discriminator_steps_;
};

class Ring : public Loop {
 public:
  SearchSpace space() const override {
    return {{"width", Integer{8, 64, /*log=*/true}, 32},
            {"generator_rate", Real{1e-4, 1e-2, /*log=*/true}, 1e-3},
            {"discriminator_rate", Real{1e-4, 1e-2, /*log=*/true}, 1e-3}};
  }

  void train(TrialContext& trial) const override {
    Pair pair(trial.params(), torch::Device(trial.device()));
    trial.save([&] { return pair.saved(); });
    if (const auto saved = trial.restore()) pair.restore(*saved);

    for (Budget epoch = trial.epoch() + 1; epoch <= trial.until(); ++epoch) {
      constexpr int kSteps = 30;
      for (int i = 0; i < kSteps; ++i) pair.step();
      if (!trial.report(epoch, {{"distance", pair.distance()}})) return;
    }
  }
};

PEGBOX_LOOP(Ring, "ring", "a generator and a discriminator that learn a ring of points")

#include "network_contract.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>
#include <stdexcept>

#include <ATen/Parallel.h>
#include <ATen/ops/equal.h>
#include <torch/serialize/input-archive.h>
#include <torch/serialize/output-archive.h>

#include "archive_parts.hpp"
#include "contract/space_points.hpp"
#include "found_on_threads.hpp"
#include "model_bench.hpp"

namespace pegbox {
namespace {

constexpr int kRandomPoints = 100;
constexpr int kFewPoints = 10;
constexpr int kSteps = 2;

std::string place(const Sample& sample, const Params& point) { return sample.name + ", " + shown(point); }

std::vector<Params> points(const Model& model, int random) {
  const SearchSpace space = model.space();
  std::vector<Params> all = corners(space);
  std::ranges::move(random_points(space, random), std::back_inserter(all));
  return all;
}

Faults step_faults(const Step& step, const Sample& sample) {
  Faults faults;
  if (step.loss.numel() != 1) {
    faults.push_back("the loss is no single number but " + std::to_string(step.loss.numel()));
  } else if (!std::isfinite(step.loss.item<double>())) {
    faults.emplace_back("the loss is not finite after " + std::to_string(kSteps) + " steps");
  }
  if (!step.output.defined()) return faults;
  const std::array<std::int64_t, 2> wanted{sample.rows.rows(), sample.info.outputs};
  if (step.output.sizes() != at::IntArrayRef(wanted)) {
    std::ostringstream text;
    text << "the outputs have shape " << step.output.sizes() << " where [" << wanted[0] << ", " << wanted[1]
         << "], rows and outputs, is expected";
    faults.push_back(text.str());
  }
  return faults;
}

/// What is wrong at one point. Who asks for what is not active there has a check of its own.
Faults training_faults(const ModelBench& bench, const Params& point, const Sample& sample) {
  return guarded([&]() -> Faults {
    try {
      bench.build(point, sample, 1);
    } catch (const std::out_of_range&) {
      return {};
    }
    const Trained trained = bench.train(point, sample, 1, kSteps);
    Faults faults = step_faults(trained.step, sample);
    const Metrics metrics = bench.evaluate(*trained.network, sample);
    const auto loss = metrics.find("loss");
    if (loss == metrics.end()) {
      faults.emplace_back("'evaluate' gives no 'loss'");
    } else if (!std::isfinite(loss->second)) {
      faults.emplace_back("'evaluate' gives a loss that is not finite");
    }
    return faults;
  });
}

/// Corners on all data that it takes, random points on one each.
Faults trains_everywhere(const ModelBench& bench) {
  Faults faults;
  const SearchSpace space = bench.model().space();
  for (const Params& point : corners(space)) {
    for (const Sample& sample : bench.samples()) {
      add(faults, place(sample, point), training_faults(bench, point, sample));
    }
  }
  const auto random = random_points(space, kRandomPoints);
  for (std::size_t i = 0; !bench.samples().empty() && i < random.size(); ++i) {
    add(faults, place(bench.sample(i), random[i]), training_faults(bench, random[i], bench.sample(i)));
  }
  return faults;
}

Faults takes_data(const ModelBench& bench) { return bench.data_faults(); }

/// `decode` gives a point its active hyperparameters only, as a study does.
Faults conditions_hold(const ModelBench& bench) {
  Faults faults;
  if (bench.samples().empty()) return faults;
  const Sample& sample = bench.samples().front();
  for (const Params& point : points(bench.model(), kRandomPoints)) {
    try {
      bench.build(point, sample, 1);
    } catch (const std::out_of_range& error) {
      faults.push_back(shown(point) + ": 'build' asks for what is not there: " + error.what());
    } catch (...) {
      // Told by another check.
    }
  }
  return faults;
}

std::string saved(const Network& network) {
  torch::serialize::OutputArchive archive;
  network.save(archive);
  return packed(archive);
}

void load(Network& network, const std::string& bytes) {
  torch::serialize::InputArchive archive;
  archive.load_from(bytes.data(), bytes.size());
  network.load(archive);
}

/// What two networks that should be the same differ in, if they do; both are trained on.
Faults differences(const ModelBench& bench, const Sample& sample, Network& one, Network& other) {
  if (const std::string name = difference(one, other); !name.empty()) return {"'" + name + "' is not the same"};
  if (bench.evaluate(one, sample) != bench.evaluate(other, sample)) {
    return {"all that is registered is the same, and it measures something else: part of the state is not registered"};
  }
  bench.go_on(one, sample, 3, kSteps);
  bench.go_on(other, sample, 3, kSteps);
  if (const std::string name = difference(one, other); !name.empty())
    return {"trained on, '" + name + "' is not the same"};
  return {};
}

/// At the corners and a few random points, each on one sample.
template <class Find>
Faults at_few_points(const ModelBench& bench, const Find& find) {
  Faults faults;
  const auto all = points(bench.model(), kFewPoints);
  for (std::size_t i = 0; !bench.samples().empty() && i < all.size(); ++i) {
    const Sample& sample = bench.sample(i);
    add(faults, place(sample, all[i]), guarded([&] { return find(all[i], sample); }));
  }
  return faults;
}

Faults state_restores(const ModelBench& bench) {
  return at_few_points(bench, [&](const Params& point, const Sample& sample) {
    const auto one = bench.train(point, sample, 1, kSteps).network;
    const auto other = bench.build(point, sample, 2);
    load(*other, saved(*one));
    return differences(bench, sample, *one, *other);
  });
}

Faults same_seed_same_weights(const ModelBench& bench) {
  return at_few_points(bench, [&](const Params& point, const Sample& sample) {
    const auto one = bench.train(point, sample, 1, kSteps).network;
    bench.train(point, sample, 2, 1);  // what another trial draws in between
    return differences(bench, sample, *one, *bench.train(point, sample, 1, kSteps).network);
  });
}

/// Each thread trains all points.
Faults threads_agree(const ModelBench& bench) {
  if (bench.samples().empty()) return {};
  const auto all = points(bench.model(), 0);
  const auto network = [&](std::size_t i) { return bench.train(all[i], bench.sample(i), 1, kSteps).network; };
  std::vector<std::shared_ptr<Network>> alone;
  for (std::size_t i = 0; i < all.size(); ++i) alone.push_back(network(i));
  return found_on_threads(all.size(), [&](std::size_t i) {
    Faults faults;
    add(faults, place(bench.sample(i), all[i]), guarded([&]() -> Faults {
          const std::string name = difference(*alone[i], *network(i));
          return name.empty() ? Faults{} : Faults{"'" + name + "' is not what it is with one thread"};
        }));
    return faults;
  });
}

Faults evaluates_only(const ModelBench& bench) {
  Faults faults;
  for (const Sample& sample : bench.samples()) {
    const auto network = bench.train(bench.model().space().defaults(), sample, 1, kSteps).network;
    const auto before = tensors_of(*network);
    const Metrics first = bench.evaluate(*network, sample);
    if (bench.evaluate(*network, sample) != first)
      faults.push_back(sample.name + ": measured twice, it is not the same");
    const auto after = tensors_of(*network);
    if (!std::ranges::equal(before, after, [](const auto& a, const auto& b) { return at::equal(a, b); })) {
      faults.push_back(sample.name + ": 'evaluate' changes the network");
    }
  }
  return faults;
}

}  // namespace

std::vector<ModelCheck> network_checks(const ModelPlugin& plugin) {
  // Made by the first check, since the model may throw there.
  const auto shared = std::make_shared<std::unique_ptr<ModelBench>>();
  const auto with_bench = [&plugin, shared](Faults (*find)(const ModelBench&)) {
    return [&plugin, shared, find] {
      if (at::get_num_threads() != 1) at::set_num_threads(1);
      if (*shared == nullptr) *shared = std::make_unique<ModelBench>(plugin);
      return find(**shared);
    };
  };
  return {{"takes_data", "it brings data, or takes tables, sequences or images and refuses others with a sentence",
           with_bench(&takes_data)},
          {"trains_everywhere",
           "at the corners of its space and at 100 random points it is built and trains two steps to a finite loss",
           with_bench(&trains_everywhere)},
          {"conditions_hold", "it asks for no hyperparameter that is not active", with_bench(&conditions_hold)},
          {"state_restores", "saved and loaded, a network is the same to the bit, and trains on alike",
           with_bench(&state_restores)},
          {"same_seed_same_weights", "the same seed gives the same weights, whatever was trained before",
           with_bench(&same_seed_same_weights)},
          {"threads_agree", "several threads at once get the same weights", with_bench(&threads_agree)},
          {"evaluates_only", "to measure a network changes nothing, and gives the same each time",
           with_bench(&evaluates_only)}};
}

Faults network_faults(const ModelPlugin& plugin, const Settings& settings) {
  const ModelBench bench(plugin, settings);
  Faults faults = bench.data_faults();
  const auto all = corners(bench.model().space());
  for (std::size_t i = 0; !bench.samples().empty() && i < all.size(); ++i) {
    add(faults, place(bench.sample(i), all[i]), training_faults(bench, all[i], bench.sample(i)));
  }
  return faults;
}

}  // namespace pegbox

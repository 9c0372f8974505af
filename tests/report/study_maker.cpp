// study_maker FILE NAME: writes a study that a report is made of. NAME is one of:
//
// whole    200 trials: halved in brackets, pruned, failed, running, with a default, choices and conditions
// several  three objectives
// hostile  names, values and errors that try to break out of the page, and numbers that JSON does not have
// empty    no trial
// many     10,000 trials with 20 reports each
// late     12 trials of which each third has the defaults, and the first failed
// long     24 trials of hyperparameters with very long names
// failed   8 trials that all failed
// single   one trial
#include <cmath>
#include <filesystem>
#include <functional>
#include <iostream>
#include <map>

#include <pegbox/random.hpp>

#include "store/storage.hpp"

namespace {

using namespace pegbox;

constexpr const char* kDefinition = R"({
  "model": {"name": "mlp", "settings": {}}, "data": {"name": "digits", "hash": "0"},
  "strategy": {"name": "hyperband", "settings": {}}, "pruner": null,
  "objectives": [{"metric": "accuracy", "direction": "maximize"}],
  "epochs": 9, "trials": 200, "folds": 3, "repeats": 1, "validation": 0.25, "seed": 3,
  "space": {
    "rate": {"type": "real", "low": 0.0001, "high": 0.1, "log": true, "default": 0.001},
    "layers": {"type": "int", "low": 1, "high": 4, "log": false, "step": 1, "default": 2},
    "optimizer": {"type": "choice", "choices": ["adam", "sgd", "rmsprop"], "default": "adam"},
    "momentum": {"type": "real", "low": 0.0, "high": 0.99, "log": false, "default": 0.9, "when": {"optimizer": ["sgd"]}},
    "bias": {"type": "boolean", "default": false}
  },
  "first": []
})";

SearchSpace space() {
  return {{"rate", Real{1e-4, 0.1, true}, 1e-3},
          {"layers", Integer{1, 4}, std::int64_t{2}},
          {"optimizer", Choice{{std::string("adam"), std::string("sgd"), std::string("rmsprop")}}},
          {"momentum", Real{0, 0.99}, 0.9, {{"optimizer", {std::string("sgd")}}}},
          {"bias", Boolean{}, false}};
}

/// Changes that are applied in batches, at times that advance by themselves.
class Writer {
 public:
  Writer(Storage& storage, StoredStudy study, SearchSpace its_space)
      : storage_(storage), study_(std::move(study)), space_(std::move(its_space)) {}

  /// The trial until `epochs`, as one move more.
  void move(Trial trial, Budget from, Budget epochs, State state) {
    Trial begun = trial;
    begun.state = State::running;
    begun.until = epochs;
    std::erase_if(begun.reports, [&](const Report& report) { return report.epoch > from; });
    begun.error.clear();
    begun.values.clear();
    const int number = move_++;
    changes_.emplace_back(MoveMade{begun, number, 0, Origin::asked, now_});
    for (const Report& report : trial.reports) {
      if (report.epoch > from) changes_.emplace_back(Reported{trial.number, report});
    }
    now_ += std::chrono::milliseconds(700);
    trial.state = state;
    if (state == State::failed) trial.values.clear();
    if (state != State::running) changes_.emplace_back(MoveEnded{number, trial, now_ + std::chrono::seconds(2)});
    if (changes_.size() > 5000) flush();
  }

  void flush() {
    storage_.apply(study_, space_, changes_);
    changes_.clear();
  }

 private:
  Storage& storage_;
  StoredStudy study_;
  SearchSpace space_;
  std::vector<Change> changes_;
  int move_ = 0;
  Time now_ = Time(std::chrono::seconds(1'780'000'000));
};

Trial trial_at(int number, const SearchSpace& of) {
  Random random(7, number, "study_maker");
  Trial trial;
  trial.number = number;
  std::vector<double> place(of.size());
  for (double& coordinate : place) coordinate = random.uniform();
  trial.params = number == 0 ? of.defaults() : of.decode(place);
  return trial;
}

/// How good the point is, from 0 to 1.
double quality(const Params& params, Random& random) {
  const double rate = std::log10(params.get<double>("rate"));
  const double off = std::abs(rate + 2.3) / 1.5 + (params.get<std::string>("optimizer") == "sgd" ? 0.15 : 0);
  return 0.98 - 0.25 * off * off - 0.02 * std::abs(static_cast<double>(params.get<std::int64_t>("layers")) - 3) +
         0.01 * random.normal();
}

void report(Trial& trial, Budget epochs) {
  Random random(8, trial.number, "study_maker");
  const double best = quality(trial.params, random);
  for (Budget epoch = 1; epoch <= epochs; ++epoch) {
    const double value = best - 0.4 / std::sqrt(static_cast<double>(epoch)) + 0.13;
    trial.reports.push_back({epoch,
                             {{"accuracy", value},
                              {"accuracy_fit_1", value - 0.01},
                              {"accuracy_fit_2", value + 0.005},
                              {"accuracy_fit_3", value + 0.005 + 0.001 * random.normal()}}});
  }
  trial.values = {trial.reports.back().metrics.at("accuracy")};
  trial.seconds = 0.5 * static_cast<double>(epochs);
}

void make_whole(Storage& storage) {
  Writer writer(storage, storage.create({"whole", {{"accuracy", true}}, kDefinition}), space());
  for (int number = 0; number < 200; ++number) {
    Trial trial = trial_at(number, space());
    if (number % 29 == 28) {
      trial.error = "CUDA out of memory: tried to allocate " + std::to_string(number) + " MiB";
      writer.move(trial, 0, 9, State::failed);
      continue;
    }
    const Budget first = number % 4 == 3 ? 3 : 1;
    const Budget last = number % 9 == 0 ? 9 : first * (number % 2 == 0 ? 3 : 1);
    report(trial, last);
    if (first < last) {
      Trial early = trial;
      std::erase_if(early.reports, [&](const Report& one) { return one.epoch > first; });
      early.values = {early.reports.back().metrics.at("accuracy")};
      writer.move(early, 0, first, State::paused);
    }
    const State end = number == 199 ? State::running : last == 9 ? State::complete : State::pruned;
    writer.move(trial, first < last ? first : 0, last, end);
  }
  writer.flush();
}

void make_several(Storage& storage) {
  Writer writer(storage, storage.create({"several", {{"accuracy", true}, {"size", false}, {"seconds", false}}, ""}),
                space());
  for (int number = 0; number < 120; ++number) {
    Trial trial = trial_at(number, space());
    report(trial, 2);
    const auto layers = static_cast<double>(trial.params.get<std::int64_t>("layers"));
    for (Report& one : trial.reports) {
      one.metrics["size"] = layers * 1000 + number;
      one.metrics["seconds"] = 0.1 + 0.01 * (number % 17);
    }
    const Metrics& last = trial.reports.back().metrics;
    trial.values = {last.at("accuracy"), last.at("size"), last.at("seconds")};
    writer.move(trial, 0, 2, State::complete);
  }
  writer.flush();
}

void make_hostile(Storage& storage) {
  const std::string script = "</script><script>document.title='broken'</script><img src=x onerror=alert(1)>";
  const std::string name = "<b>\"rate\"</b>' & {{data}} </script>";
  const SearchSpace hostile{{name, Real{0, 1}},
                            {"<i>choice", Choice{{std::string("<u>&amp;"), std::string("\"'`\n$x$"), script}}},
                            {"__proto__", Real{0, 1}},
                            {"constructor", Real{0, 1}}};
  Writer writer(storage, storage.create({"<script>alert('study')</script> & \"co\"", {{"a<b>&c</b>", false}}, ""}),
                hostile);
  for (int number = 0; number < 24; ++number) {
    Trial trial = trial_at(number, hostile);
    if (number % 6 == 5) {
      trial.error =
          script + "\n\xff\xfe not UTF-8, <!-- and {{script}} ${number} \u2028 in trial " + std::to_string(number);
      writer.move(trial, 0, 3, State::failed);
      continue;
    }
    for (Budget epoch = 1; epoch <= 3; ++epoch) {
      const double value = number % 6 == 4 ? INFINITY : number + 1.0 / static_cast<double>(epoch);
      trial.reports.push_back({epoch, {{"a<b>&c</b>", epoch == 2 && number == 0 ? -INFINITY : value}}});
    }
    trial.values = {trial.reports.back().metrics.begin()->second};
    writer.move(trial, 0, 3, State::complete);
  }
  writer.flush();
}

void make_empty(Storage& storage) { storage.create({"empty", {{"accuracy", true}}, kDefinition}); }

void make_many(Storage& storage) {
  Writer writer(storage, storage.create({"many", {{"accuracy", true}}, kDefinition}), space());
  for (int number = 0; number < 10'000; ++number) {
    Trial trial = trial_at(number, space());
    report(trial, number % 3 == 0 ? 20 : 5);
    writer.move(trial, 0, 20, number % 3 == 0 ? State::complete : State::pruned);
  }
  writer.flush();
}

void make_late(Storage& storage) {
  Writer writer(storage, storage.create({"late", {{"accuracy", true}}, kDefinition}), space());
  for (int number = 0; number < 12; ++number) {
    Trial trial = trial_at(number % 3 == 0 ? 0 : number, space());
    trial.number = number;
    if (number == 0) trial.error = "it was the first";
    report(trial, 9);
    writer.move(trial, 0, 9, number == 0 ? State::failed : State::complete);
  }
  writer.flush();
}

void make_long(Storage& storage) {
  const std::string tail = ".of_the_second_encoder_block_in_the_left_branch_of_the_network_without_a_space_to_break_at";
  const SearchSpace named{{"learning_rate" + tail, Real{1e-6, 10, true}},
                          {"width" + tail, Integer{8, 4096, true}},
                          {"activation" + tail, Choice{{std::string("relu") + tail, std::string("tanh") + tail}}},
                          {"depth" + tail, Integer{1, 3}}};
  Writer writer(storage, storage.create({"a_study" + tail, {{"validation_accuracy" + tail, true}}, ""}), named);
  for (int number = 0; number < 24; ++number) {
    Trial trial = trial_at(number, named);
    for (Budget epoch = 1; epoch <= 3; ++epoch) {
      trial.reports.push_back({epoch, {{"validation_accuracy" + tail, 1e-5 * number * static_cast<double>(epoch)}}});
    }
    trial.values = {trial.reports.back().metrics.begin()->second};
    writer.move(trial, 0, 3, State::complete);
  }
  writer.flush();
}

void make_failed(Storage& storage) {
  Writer writer(storage, storage.create({"failed", {{"accuracy", true}}, kDefinition}), space());
  for (int number = 0; number < 8; ++number) {
    Trial trial = trial_at(number, space());
    trial.error = "there is no file of row " + std::to_string(number);
    writer.move(trial, 0, 9, State::failed);
  }
  writer.flush();
}

void make_single(Storage& storage) {
  Writer writer(storage, storage.create({"single", {{"accuracy", true}}, kDefinition}), space());
  Trial trial = trial_at(0, space());
  report(trial, 9);
  writer.move(trial, 0, 9, State::complete);
  writer.flush();
}

}  // namespace

int main(int argc, char** argv) {
  const std::map<std::string, std::function<void(Storage&)>> makers{
      {"whole", make_whole}, {"several", make_several}, {"hostile", make_hostile},
      {"empty", make_empty}, {"many", make_many},       {"late", make_late},
      {"long", make_long},   {"failed", make_failed},   {"single", make_single}};
  if (argc != 3 || makers.count(argv[2]) == 0) {
    std::cerr << "study_maker: it must be study_maker FILE NAME\n";
    return 2;
  }
  std::filesystem::remove(argv[1]);
  makers.at(argv[2])(*open_storage(argv[1], {.create = true}));
  return 0;
}

// Whoever breaks a rule is found by the check of that rule, and told where.
#include "trainer/model_contract.hpp"

#include <atomic>
#include <limits>
#include <thread>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <torch/nn/modules/linear.h>

#include <pegbox/error.hpp>
#include <pegbox/loop.hpp>
#include <pegbox/model.hpp>

namespace pegbox {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

/// What that check finds.
Faults found(const ModelPlugin& plugin, const std::string& check) {
  for (const ModelCheck& one : model_contract(plugin)) {
    if (one.name == check) return one.faults();
  }
  ADD_FAILURE() << "no check " << check;
  return {};
}

void expect_all_pass(const ModelPlugin& plugin) {
  for (const ModelCheck& one : model_contract(plugin)) EXPECT_THAT(one.faults(), IsEmpty()) << one.name;
}

template <class Type>
const ModelPlugin kModel{&declared_settings<Type>, &describe_model<Type>, &make_model<Type>, nullptr};

template <class Type>
const ModelPlugin kLoop{&declared_settings<Type>, &describe_loop<Type>, nullptr, &make_loop<Type>};

class Line final : public Network {
 public:
  Line(std::int64_t inputs, std::int64_t outputs) : line_(inputs, outputs) { register_module("line", line_); }

  torch::Tensor forward(torch::Tensor input) override { return line_(input.flatten(1)) + hidden; }

  double hidden = 0;

 private:
  torch::nn::Linear line_;
};

std::int64_t numbers(const DataInfo& info) {
  std::int64_t count = 1;
  for (const std::int64_t size : info.input_shape) count *= size;
  return count;
}

class Good : public Model {
 public:
  SearchSpace space() const override {
    return {{"wide", Boolean{}, false}, {"width", Integer{1, 8}, {}, {{"wide", {true}}}}};
  }
  std::shared_ptr<Network> build(const Params& params, const DataInfo& info) const override {
    if (params.get<bool>("wide")) params.get<std::int64_t>("width");
    return std::make_shared<Line>(numbers(info), info.outputs);
  }
};

TEST(ModelContract, PassesWhatKeepsIt) { expect_all_pass(kModel<Good>); }

TEST(ModelContract, PassesAModuleThatIsWrapped) {
  struct Wrapping final : Good {
    std::shared_ptr<Network> build(const Params& params, const DataInfo& info) const override {
      if (info.input_shape.size() != 1) throw StudyError("it takes flat rows only");
      params.get<bool>("wide");
      return wrapped(torch::nn::Linear(numbers(info), info.outputs));
    }
  };
  expect_all_pass(kModel<Wrapping>);
}

TEST(ModelContract, DataOfItsOwnAreUsed) {
  struct Owner final : Good {
    Dataset data(Dataset named) const override {
      if (named.train.rows() > 0) throw std::logic_error("it brings its own");
      const auto x = at::arange(60, at::kFloat).reshape({20, 3});
      return {.train = {{x}, x.sum(1, true)},
              .validation = {},
              .info = {.task = Task::regression, .input_shape = {3}, .outputs = 1}};
    }
    std::shared_ptr<Network> build(const Params& /*params*/, const DataInfo& info) const override {
      EXPECT_THAT(info.input_shape, ElementsAre(3));
      return std::make_shared<Line>(3, 1);
    }
  };
  expect_all_pass(kModel<Owner>);
}

TEST(ModelContract, AnUnclearRefusalOfData) {
  struct Narrow final : Good {
    std::shared_ptr<Network> build(const Params& /*params*/, const DataInfo& info) const override {
      return std::make_shared<Line>(8, info.outputs);
    }
  };
  EXPECT_THAT(found(kModel<Narrow>, "takes_data"),
              AllOf(SizeIs(4), Each(AllOf(HasSubstr("where 'build' should refuse them"), Not(HasSubstr("\n")))),
                    Contains(HasSubstr("classes, rows of shape [1, 12, 12]: "))));
}

TEST(ModelContract, NoDataAreTaken) {
  struct Picky final : Good {
    std::shared_ptr<Network> build(const Params& /*params*/, const DataInfo& /*info*/) const override {
      throw StudyError("none of these");
    }
  };
  EXPECT_THAT(found(kModel<Picky>, "takes_data"), ElementsAre(HasSubstr("takes none of those that were tried")));
  EXPECT_THAT(found(kModel<Picky>, "trains_everywhere"), IsEmpty());
}

TEST(ModelContract, AHyperparameterThatIsNotActive) {
  struct Greedy final : Good {
    std::shared_ptr<Network> build(const Params& params, const DataInfo& info) const override {
      if (!params.get<bool>("wide") && numbers(info) != 8) params.get<std::int64_t>("width");
      params.get<std::int64_t>("width");
      return std::make_shared<Line>(numbers(info), info.outputs);
    }
    SearchSpace space() const override {
      return {{"wide", Boolean{}, true}, {"width", Integer{1, 8}, {}, {{"wide", {true}}}}};
    }
  };
  EXPECT_THAT(
      found(kModel<Greedy>, "conditions_hold"),
      AllOf(Contains(AllOf(HasSubstr("wide=false: "), HasSubstr("'width'"))), Not(Contains(HasSubstr("wide=true")))));
  EXPECT_THAT(found(kModel<Greedy>, "trains_everywhere"), IsEmpty());
}

TEST(ModelContract, OutputsOfAnotherShape) {
  struct Flat final : Good {
    torch::Tensor predict(Network& network, const Batch& batch) const override {
      return network.forward(batch.input()).slice(1, 0, 1);
    }
  };
  EXPECT_THAT(found(kModel<Flat>, "trains_everywhere"),
              Contains(HasSubstr("the outputs have shape [8, 1] where [8, 2]")));
}

TEST(ModelContract, ACornerThatBreaks) {
  struct Corner final : Good {
    SearchSpace space() const override { return {{"width", Integer{1, 1000}, 10}}; }
    std::shared_ptr<Network> build(const Params& params, const DataInfo& info) const override {
      auto network = std::make_shared<Line>(numbers(info), info.outputs);
      if (params.get<std::int64_t>("width") == 1000) network->hidden = std::numeric_limits<double>::infinity();
      return network;
    }
  };
  EXPECT_THAT(found(kModel<Corner>, "trains_everywhere"),
              Each(AllOf(HasSubstr("width=1000"), HasSubstr("is not finite"))));
  EXPECT_THAT(found(kModel<Corner>, "trains_everywhere"), Not(IsEmpty()));
}

TEST(ModelContract, AStateThatIsNotRegistered) {
  struct Secret final : Good {
    std::shared_ptr<Network> build(const Params& /*params*/, const DataInfo& info) const override {
      auto network = std::make_shared<Line>(numbers(info), info.outputs);
      network->hidden = at::rand({1}).item<double>();
      return network;
    }
  };
  EXPECT_THAT(found(kModel<Secret>, "state_restores"), Contains(HasSubstr("part of the state is not registered")));
}

TEST(ModelContract, RandomNumbersOfElsewhere) {
  struct Counting final : Good {
    std::shared_ptr<Network> build(const Params& /*params*/, const DataInfo& info) const override {
      auto network = std::make_shared<Line>(numbers(info), info.outputs);
      const at::NoGradGuard no_grad;
      network->parameters().front().add_(++built);
      return network;
    }
    mutable std::atomic<int> built = 0;
  };
  EXPECT_THAT(found(kModel<Counting>, "same_seed_same_weights"), Contains(HasSubstr("'line.weight' is not the same")));
}

TEST(ModelContract, ThreadsThatDiffer) {
  struct Homebound final : Good {
    std::shared_ptr<Network> build(const Params& /*params*/, const DataInfo& info) const override {
      auto network = std::make_shared<Line>(numbers(info), info.outputs);
      const at::NoGradGuard no_grad;
      if (std::this_thread::get_id() != home) network->parameters().front().zero_();
      return network;
    }
    std::thread::id home = std::this_thread::get_id();
  };
  EXPECT_THAT(found(kModel<Homebound>, "threads_agree"),
              Contains(HasSubstr("'line.weight' is not what it is with one")));
}

TEST(ModelContract, AMeasurementThatChangesTheNetwork) {
  struct Meddling final : Good {
    Metrics evaluate(Network& network, const Rows& rows, const DataInfo& info) const override {
      network.parameters().front().mul_(0.5);
      return Model::evaluate(network, rows, info);
    }
  };
  EXPECT_THAT(found(kModel<Meddling>, "evaluates_only"),
              AllOf(Contains(HasSubstr("'evaluate' changes the network")), Contains(HasSubstr("measured twice"))));
}

TEST(ModelContract, ANameOfTheTrainers) {
  struct Named final : Good {
    SearchSpace space() const override { return {{"learning_rate", Real{0, 1}}}; }
  };
  EXPECT_THAT(found(kModel<Named>, "describes_itself"),
              ElementsAre(HasSubstr("'learning_rate' is a hyperparameter of")));
}

TEST(ModelContract, ASettingThatBreaks) {
  struct Set final : Model {
    static std::vector<Setting> settings() {
      return {{"depth", Integer{1, 3}, 1, "how deep"}, {"mode", Choice{{"a", "b"}}, "a", "which one"}};
    }
    explicit Set(const Settings& settings) : deep(settings.get<std::int64_t>("depth") == 3) {
      if (settings.get<std::string>("mode") == "b") throw StudyError("not this one");
    }
    SearchSpace space() const override { return {}; }
    std::shared_ptr<Network> build(const Params& /*params*/, const DataInfo& info) const override {
      if (deep) throw std::length_error("too deep");
      return std::make_shared<Line>(numbers(info), info.outputs);
    }
    bool deep;
  };
  EXPECT_THAT(found(kModel<Set>, "any_setting"),
              ElementsAre(HasSubstr("depth=3: it brings no data and takes none"),
                          "mode=b: it refuses without naming the setting: not this one"));
}

// Loops.

class Steps : public Loop {
 public:
  SearchSpace space() const override { return {{"size", Real{0.1, 1}, 0.5}}; }
  void train(TrialContext& trial) const override {
    const auto size = trial.params().get<double>("size");
    double sum = at::rand({1}).item<double>();
    trial.save([&] { return std::string(reinterpret_cast<const char*>(&sum), sizeof sum); });
    if (const auto state = trial.restore()) state->copy(reinterpret_cast<char*>(&sum), sizeof sum);
    for (Budget epoch = trial.epoch() + 1; epoch <= trial.until(); ++epoch) {
      sum += size * at::rand({1}).item<double>();
      if (!told(trial, epoch, sum)) return;
    }
  }

 protected:
  virtual bool told(TrialContext& trial, Budget epoch, double sum) const { return trial.report(epoch, {{"sum", sum}}); }
};

TEST(LoopContract, PassesWhatKeepsIt) { expect_all_pass(kLoop<Steps>); }

TEST(LoopContract, PassesALoopThatDoesNotSave) {
  struct Forgetful final : Loop {
    SearchSpace space() const override { return {}; }
    void train(TrialContext& trial) const override {
      double sum = 0;
      for (Budget epoch = 1; epoch <= trial.until(); ++epoch) {
        sum += at::rand({1}).item<double>();
        if (!trial.report(epoch, {{"sum", sum}})) return;
      }
    }
  };
  expect_all_pass(kLoop<Forgetful>);
}

TEST(LoopContract, MetricsThatChange) {
  struct Fickle final : Steps {
    bool told(TrialContext& trial, Budget epoch, double sum) const override {
      return trial.report(epoch, {{epoch == 1 ? "sum" : "total", sum}});
    }
  };
  EXPECT_THAT(found(kLoop<Fickle>, "runs_everywhere"),
              Contains(HasSubstr("size=1: epoch 2 measured other things than the first: total instead of sum")));
}

TEST(LoopContract, WhoeverDoesNotStop) {
  struct Deaf final : Steps {
    bool told(TrialContext& trial, Budget epoch, double sum) const override {
      trial.report(epoch, {{"sum", sum}});
      return true;
    }
  };
  EXPECT_THAT(found(kLoop<Deaf>, "stops_when_told"),
              Contains(HasSubstr("the loop reported epoch 2 after it had been told to stop at epoch 1")));
}

TEST(LoopContract, AStateThatIsNotWhole) {
  struct Half final : Loop {
    SearchSpace space() const override { return {}; }
    void train(TrialContext& trial) const override {
      double sum = 0;
      trial.save([] { return std::string("nothing"); });
      trial.restore();
      for (Budget epoch = trial.epoch() + 1; epoch <= trial.until(); ++epoch) {
        sum += at::rand({1}).item<double>();
        if (!trial.report(epoch, {{"sum", sum}})) return;
      }
    }
  };
  EXPECT_THAT(found(kLoop<Half>, "state_restores"), Contains(HasSubstr("'sum' of epoch 3 is not the same")));
}

TEST(LoopContract, RandomNumbersDrawnAfterTheStateWasTaken) {
  struct Hasty final : Loop {
    SearchSpace space() const override { return {}; }
    void train(TrialContext& trial) const override {
      double last = 0;
      trial.save([] { return std::string(); });
      trial.restore();
      at::rand({1});
      for (Budget epoch = trial.epoch() + 1; epoch <= trial.until(); ++epoch) {
        last = at::rand({1}).item<double>();
        if (!trial.report(epoch, {{"last", last}})) return;
      }
    }
  };
  EXPECT_THAT(found(kLoop<Hasty>, "state_restores"), Contains(HasSubstr("'last' of epoch 3 is not the same")));
}

TEST(LoopContract, RandomNumbersOfElsewhere) {
  struct Counting final : Steps {
    bool told(TrialContext& trial, Budget epoch, double sum) const override {
      return trial.report(epoch, {{"sum", sum + ++reports}});
    }
    mutable std::atomic<int> reports = 0;
  };
  EXPECT_THAT(found(kLoop<Counting>, "same_seed_same_reports"),
              Contains(HasSubstr("'sum' of epoch 1 is not the same")));
}

}  // namespace
}  // namespace pegbox

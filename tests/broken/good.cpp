#include <pegbox/error.hpp>
#include <pegbox/strategy.hpp>

namespace {

/// Tries the defaults `count` times.
class Good : public pegbox::Strategy {
 public:
  static std::vector<pegbox::Setting> settings() {
    return {{"count", pegbox::Integer{1, 100}, std::int64_t{3}, "how often the defaults are tried"}};
  }

  explicit Good(const pegbox::StrategyContext& context)
      : space_(context.space), epochs_(context.epochs), left_(context.settings.get<std::int64_t>("count")) {
    if (context.objectives.size() > 1) throw pegbox::StudyError("it takes one objective");
  }

  pegbox::Move ask(const pegbox::Turn&) override {
    if (left_-- > 0) return pegbox::Start{space_.defaults(), epochs_};
    return pegbox::Done{};
  }
  void tell(const pegbox::Trial&) override {}

 private:
  pegbox::SearchSpace space_;
  pegbox::Budget epochs_;
  std::int64_t left_;
};

}  // namespace

PEGBOX_STRATEGY(Good, "good", "Tries the defaults a few times");

#include "trial_reader.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "encoding.hpp"

namespace pegbox {
namespace {

/// Reads the trials that a condition on the table `trials` (as `t`) selects; its parameter is ?1. Trials that another
/// program made have no rows of ours: what they measured is then in Optuna's tables.
class TrialReader {
 public:
  TrialReader(Database& database, const StoredStudy& study, std::string condition, std::int64_t id, Reports reports)
      : database_(database),
        objectives_(study.objectives),
        condition_(std::move(condition)),
        id_(id),
        all_reports_(reports == Reports::all) {}

  std::vector<StoredTrial> read() {
    read_trials();
    read_params();
    read_reports();
    read_intermediate_values();
    read_values();
    read_queued_params();
    std::vector<StoredTrial> trials;
    trials.reserve(rows_.size());
    for (Row& row : rows_) {
      finish(row);
      trials.push_back(std::move(row.stored));
    }
    return trials;
  }

 private:
  struct Row {
    StoredTrial stored;
    bool ours = false;
    std::string exact_params;
  };

  Query select(const std::string& columns, const std::string& joins, const std::string& rest) {
    return database_.query("SELECT t.trial_id, " + columns + " FROM trials t " + joins + " WHERE " + condition_ + rest,
                           {id_});
  }

  /// The row that the query is at belongs to.
  Row* row_of(const Query& query) {
    const auto found = positions_.find(query.integer(0));
    return found == positions_.end() ? nullptr : &rows_[found->second];
  }

  void read_trials() {
    Query query = select(
        "t.number, t.state, t.datetime_start, t.datetime_complete, p.trial_id, p.seed, p.from_number, p.until, "
        "p.detail,"
        " p.seconds, p.error, p.params,"
        " ROUND((julianday(t.datetime_complete) - julianday(t.datetime_start)) * 86400, 3)",
        "LEFT JOIN pegbox_trials p ON p.trial_id = t.trial_id", " ORDER BY t.number, t.trial_id");
    while (query.next()) {
      positions_.emplace(query.integer(0), rows_.size());
      rows_.push_back(row_from(query));
    }
  }

  Row row_from(const Query& query) const {
    Row row;
    Trial& trial = row.stored.trial;
    trial.number = static_cast<int>(query.integer(1));
    trial.state = state(query);
    row.stored.started = query.text(3);
    row.stored.ended = query.text(4);
    row.ours = !query.null(5);
    trial.seconds = query.real(row.ours ? 10 : 13);
    if (!row.ours) return row;
    trial.seed = static_cast<std::uint64_t>(query.integer(6));
    if (!query.null(7)) trial.from = static_cast<int>(query.integer(7));
    trial.until = query.integer(8);
    trial.error = query.text(11);
    row.exact_params = query.text(12);
    return row;
  }

  State state(const Query& query) const {
    const auto state = state_from(query.text(2));
    if (!state) {
      throw StoreError(database_.name() + " is damaged: trial " + query.text(1) + " has the state '" + query.text(2) +
                       "'; 'pegbox storage check' tells more, restore a copy");
    }
    return *state == State::running && query.text(9) == "paused" ? State::paused : *state;
  }

  void read_params() {
    Query query = select("p.param_name, p.param_value, p.distribution_json",
                         "JOIN trial_params p ON p.trial_id = t.trial_id", "");
    while (query.next()) {
      Row* const row = row_of(query);
      const auto& distribution = this->distribution(query.text(3));
      if (row == nullptr || !distribution) continue;
      if (auto value = distribution->value(query.real(2))) row->stored.trial.params.set(query.text(1), *value);
    }
  }

  const std::optional<Distribution>& distribution(std::string json) {
    const auto found = distributions_.find(json);
    if (found != distributions_.end()) return found->second;
    auto parsed = Distribution::parse(json);
    return distributions_.emplace(std::move(json), std::move(parsed)).first->second;
  }

  void read_reports() {
    const char* const last = " AND r.epoch = (SELECT MAX(epoch) FROM pegbox_reports WHERE trial_id = t.trial_id)";
    Query query = select("r.epoch, r.metrics", "JOIN pegbox_reports r ON r.trial_id = t.trial_id",
                         (all_reports_ ? "" : last) + std::string(" ORDER BY t.trial_id, r.epoch"));
    while (query.next()) {
      if (Row* const row = row_of(query)) add_report(*row, {query.integer(1), metrics_from(query.text(2))});
    }
  }

  static void add_report(Row& row, Report report) { row.stored.trial.reports.push_back(std::move(report)); }

  /// Others count epochs from 0 or from 1.
  void read_intermediate_values() {
    const char* const last =
        " AND i.step = (SELECT MAX(step) FROM trial_intermediate_values WHERE trial_id = t.trial_id)";
    Query query = select(
        "i.step, i.intermediate_value, i.intermediate_value_type,"
        " (SELECT MIN(step) FROM trial_intermediate_values WHERE trial_id = t.trial_id)",
        "JOIN trial_intermediate_values i ON i.trial_id = t.trial_id",
        " AND NOT EXISTS (SELECT 1 FROM pegbox_reports r WHERE r.trial_id = t.trial_id)" +
            std::string(all_reports_ ? "" : last) + " ORDER BY t.trial_id, i.step");
    while (query.next()) {
      Row* const row = row_of(query);
      if (row == nullptr) continue;
      const Budget epoch = query.integer(1) + (query.integer(4) == 0 ? 1 : 0);
      add_report(*row, {epoch, {{objectives_.front().metric, number_from(query.real(2), query.text(3))}}});
    }
  }

  void read_values() {
    Query query = select("v.value, v.value_type", "JOIN trial_values v ON v.trial_id = t.trial_id",
                         " ORDER BY t.trial_id, v.objective");
    while (query.next()) {
      if (Row* const row = row_of(query)) {
        row->stored.trial.values.push_back(number_from(query.real(1), query.text(2)));
      }
    }
  }

  void read_queued_params() {
    Query query = select("a.value_json", "JOIN trial_system_attributes a ON a.trial_id = t.trial_id",
                         " AND t.state IN ('WAITING', 'RUNNING') AND a.\"key\" = 'fixed_params'");
    while (query.next()) {
      Row* const row = row_of(query);
      if (row == nullptr) continue;
      Trial& trial = row->stored.trial;
      if (trial.state != State::waiting && trial.params.size() > 0) continue;
      add_params(trial, query.text(1));
    }
  }

  static void add_params(Trial& trial, const std::string& json) {
    for (const auto& [name, value] : params_from(json)) trial.params.set(name, value);
  }

  void finish(Row& row) const {
    Trial& trial = row.stored.trial;
    if (!row.exact_params.empty()) add_params(trial, row.exact_params);
    if (!row.ours) finish_foreign(trial);
    if (!trial.reports.empty() && (row.ours || trial.values.empty())) {
      auto values = objective_values(objectives_, trial.reports.back());
      const bool numbers = std::none_of(values.begin(), values.end(), [](double value) { return std::isnan(value); });
      if (!values.empty() && numbers) trial.values = std::move(values);
    }
    if (trial.state == State::failed || trial.state == State::waiting) trial.values.clear();
  }

  void finish_foreign(Trial& trial) const {
    if (trial.values.size() != objectives_.size()) trial.values.clear();
    if (trial.reports.empty() && !trial.values.empty()) {
      Report report{1, {}};
      for (std::size_t i = 0; i < objectives_.size(); ++i) report.metrics[objectives_[i].metric] = trial.values[i];
      trial.reports.push_back(std::move(report));
    }
    trial.until = trial.epochs();
  }

  Database& database_;
  const std::vector<Objective>& objectives_;
  std::string condition_;
  std::int64_t id_;
  bool all_reports_;
  std::vector<Row> rows_;
  std::unordered_map<std::int64_t, std::size_t> positions_;  ///< of `rows_`, by trial_id
  std::unordered_map<std::string, std::optional<Distribution>> distributions_;
};

}  // namespace

std::vector<StoredTrial> read_trials(Database& database, const StoredStudy& study) {
  return TrialReader(database, study, "t.study_id = ?1", study.id, Reports::last).read();
}

std::optional<StoredTrial> read_trial(Database& database, const StoredStudy& study, std::int64_t id, Reports reports) {
  auto trials = TrialReader(database, study, "t.trial_id = ?1", id, reports).read();
  if (trials.empty()) return {};
  return std::move(trials.front());
}

std::vector<double> objective_values(const std::vector<Objective>& objectives, const Report& report) {
  std::vector<double> values;
  for (const Objective& objective : objectives) {
    const auto found = report.metrics.find(objective.metric);
    if (found == report.metrics.end()) return {};
    values.push_back(found->second);
  }
  return values;
}

}  // namespace pegbox

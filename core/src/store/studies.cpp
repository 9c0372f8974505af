#include "studies.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <random>

#include "encoding.hpp"

namespace pegbox {
namespace {

constexpr std::size_t kLongestName = 512;
constexpr const char* kMetricNames = "study:metric_names";

std::string named(const std::string& study) { return "study '" + study + "'"; }

std::size_t characters(const std::string& text) {
  const auto continues = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; };
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [&](char c) { return !continues(c); }));
}

/// As Optuna's tables call values that have no name.
std::string default_metric(std::size_t position, std::size_t count) {
  return count == 1 ? "value" : "value_" + std::to_string(position);
}

std::vector<std::string> metric_names(Database& database, std::int64_t id) {
  Query query = database.query("SELECT value_json FROM study_system_attributes WHERE study_id = ? AND \"key\" = ?",
                               {id, kMetricNames});
  return query.next() ? names_from(query.text(0)) : std::vector<std::string>();
}

std::vector<Objective> objectives(Database& database, std::int64_t id) {
  std::vector<Objective> objectives;
  Query query = database.query("SELECT direction FROM study_directions WHERE study_id = ? ORDER BY objective", {id});
  while (query.next()) objectives.push_back({"", query.text(0) == "MAXIMIZE"});
  if (objectives.empty()) objectives.emplace_back();
  const auto names = metric_names(database, id);
  for (std::size_t i = 0; i < objectives.size(); ++i) {
    const bool has_name = i < names.size() && !names[i].empty();
    objectives[i].metric = has_name ? names[i] : default_metric(i, objectives.size());
  }
  return objectives;
}

constexpr const char* kStudies =
    "SELECT s.study_id, s.study_name, p.definition, p.token FROM studies s"
    " LEFT JOIN pegbox_studies p ON p.study_id = s.study_id";

StoredStudy study_from(Database& database, const Query& row) {
  const std::int64_t id = row.integer(0);
  return {id, row.text(1), objectives(database, id), row.text(2), row.text(3)};
}

void write_metric_names(Database& database, std::int64_t id, const std::vector<Objective>& objectives) {
  std::vector<std::string> names;
  for (const Objective& objective : objectives) names.push_back(objective.metric);
  database.run(
      "INSERT INTO study_system_attributes (study_id, \"key\", value_json) VALUES (?, ?, ?)"
      " ON CONFLICT (study_id, \"key\") DO UPDATE SET value_json = excluded.value_json",
      {id, kMetricNames, names_json(names)});
}

void check_name(Database& database, const std::string& name) {
  if (name.empty()) throw StoreError("a study in " + database.name() + " needs a name");
  if (characters(name) > kLongestName) {
    throw StoreError("the name of a study in " + database.name() + " has at most 512 characters, not " +
                     std::to_string(characters(name)));
  }
  if (database.query("SELECT 1 FROM studies WHERE study_name = ?", {name}).next()) {
    throw StoreError(database.name() + " has a " + named(name) + " already; give the new one another name");
  }
}

void check_objectives(Database& database, const StoredStudy& study, const std::vector<Objective>& now) {
  const auto same_direction = [](const Objective& a, const Objective& b) { return a.maximize == b.maximize; };
  const auto& before = study.objectives;
  if (std::equal(before.begin(), before.end(), now.begin(), now.end(), same_direction)) return;
  throw StoreError("the objectives of " + named(study.name) + " in " + database.name() +
                   " are others in number or direction; give the study another name");
}

void keep_definition(Database& database, const StoredStudy& study, const std::string& why) {
  database.run(
      "INSERT INTO pegbox_definitions (study_id, position, definition, replaced, why)"
      " SELECT ?1, (SELECT COUNT(*) FROM pegbox_definitions WHERE study_id = ?1), definition, ?2, ?3"
      " FROM pegbox_studies WHERE study_id = ?1",
      {study.id, time_text(std::chrono::system_clock::now()), why});
}

}  // namespace

std::string new_token() {
  std::random_device random;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%08x%08x", random(), random());
  return text.data();
}

std::vector<StoredStudy> read_studies(Database& database) {
  std::vector<StoredStudy> studies;
  Query query = database.query(std::string(kStudies) + " ORDER BY s.study_id");
  while (query.next()) studies.push_back(study_from(database, query));
  return studies;
}

std::optional<StoredStudy> find_study(Database& database, std::string_view name) {
  Query query = database.query(std::string(kStudies) + " WHERE s.study_name = ?", {name});
  if (!query.next()) return {};
  return study_from(database, query);
}

StoredStudy create_study(Database& database, const NewStudy& study) {
  check_name(database, study.name);
  database.run("INSERT INTO studies (study_name) VALUES (?)", {study.name});
  const std::int64_t id = database.last_id();
  std::int64_t position = 0;
  for (const Objective& objective : study.objectives) {
    database.run("INSERT INTO study_directions (direction, study_id, objective) VALUES (?, ?, ?)",
                 {objective.maximize ? "MAXIMIZE" : "MINIMIZE", id, position++});
  }
  write_metric_names(database, id, study.objectives);
  database.run("INSERT INTO pegbox_studies (study_id, token, definition) VALUES (?, ?, ?)",
               {id, study.token, study.definition});
  return {id, study.name, study.objectives, study.definition, study.token};
}

StoredStudy redefine_study(Database& database, const StoredStudy& study, const NewStudy& now, const std::string& why) {
  check_objectives(database, study, now.objectives);
  keep_definition(database, study, why);
  write_metric_names(database, study.id, now.objectives);
  database.run(
      "INSERT INTO pegbox_studies (study_id, token, definition) VALUES (?, ?, ?)"
      " ON CONFLICT (study_id) DO UPDATE SET definition = excluded.definition",
      {study.id, now.token, now.definition});
  return *find_study(database, study.name);
}

void remove_study(Database& database, const StoredStudy& study) {
  for (const char* const table : {"trial_user_attributes", "trial_system_attributes", "trial_params", "trial_values",
                                  "trial_intermediate_values", "trial_heartbeats"}) {
    database.run(
        std::string("DELETE FROM ") + table + " WHERE trial_id IN (SELECT trial_id FROM trials WHERE study_id = ?)",
        {study.id});
  }
  // What is ours goes with these, by triggers.
  for (const char* const table :
       {"trials", "study_directions", "study_user_attributes", "study_system_attributes", "studies"}) {
    database.run(std::string("DELETE FROM ") + table + " WHERE study_id = ?", {study.id});
  }
}

void check_study(Database& database, const StoredStudy& study) {
  const auto found = find_study(database, study.name);
  if (found && found->id == study.id && (study.token.empty() || found->token == study.token)) return;
  throw StoreError(named(study.name) + " is not in " + database.name() + " any more: another program removed it");
}

}  // namespace pegbox

#include "csv_header.hpp"

#include <algorithm>

#include <pegbox/nearest.hpp>

#include "place.hpp"

namespace pegbox {
namespace {

using Names = std::vector<std::string>;

void check_names(const Names& names, const std::string& source) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty()) {
      refuse_line(source, 1, "column " + std::to_string(i + 1) + " has no name; name it in the header or leave it out");
    }
  }
  Names sorted = names;
  std::sort(sorted.begin(), sorted.end());
  const auto twin = std::adjacent_find(sorted.begin(), sorted.end());
  if (twin != sorted.end()) refuse_line(source, 1, "two columns are named " + shown(*twin) + "; rename one");
}

Names header_names(CsvRecords& records, const std::string& source) {
  std::vector<CsvCell> record;
  if (!records.next(record)) refuse_line(source, 1, "the file is empty; it needs a header line and at least two rows");
  Names names;
  for (const CsvCell& cell : record) names.emplace_back(cell.text);
  check_names(names, source);
  return names;
}

/// What to say to a name that no column has. A wide table's columns are not listed.
std::string hint(const std::string& name, const Names& names) {
  constexpr std::size_t kMostListed = 16;
  if (names.size() <= kMostListed || !nearest(name, names).empty()) return suggestion(name, names);
  return "; the header has " + std::to_string(names.size()) + " columns, " + shown(names.front()) + " to " +
         shown(names.back());
}

std::size_t position(const std::string& name, const Names& names, const std::string& source) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end() && names.size() == 1 && names.front().find_first_of(";\t") != std::string::npos) {
    refuse_line(source, 1, "the header has no comma; separate columns by commas, not by semicolons or tabs");
  }
  if (found == names.end()) refuse_line(source, 1, "no column " + shown(name) + hint(name, names));
  return static_cast<std::size_t>(found - names.begin());
}

/// What each column is for. A column is for one thing alone.
class Roles {
 public:
  Roles(const Names& names, const std::string& source) : names_(names), source_(source), roles_(names.size()) {}

  std::size_t give(const std::string& name, const std::string& role) {
    const std::size_t place = position(name, names_, source_);
    if (!roles_[place].empty()) {
      const bool twice = roles_[place] == role;
      refuse_line(source_, 1,
                  "column " + shown(name) + " is named " +
                      (twice ? "twice in " + role : "in " + roles_[place] + " and in " + role) + "; once is enough");
    }
    roles_[place] = role;
    return place;
  }

  void give(const Names& names, const std::string& role) {
    for (const std::string& name : names) give(name, role);
  }

  std::vector<std::size_t> with(const std::string& role) const {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < roles_.size(); ++i) {
      if (roles_[i] == role) places.push_back(i);
    }
    return places;
  }

 private:
  const Names& names_;
  const std::string& source_;
  std::vector<std::string> roles_;
};

}  // namespace

CsvLayout read_header(CsvRecords& records, const CsvChoice& choice, const std::string& source) {
  CsvLayout layout;
  layout.names = header_names(records, source);
  Roles roles(layout.names, source);
  for (const std::string& target : choice.targets) layout.targets.push_back(roles.give(target, "target"));
  if (layout.names.size() == 1) {
    refuse_line(source, 1, "the only column is the target " + shown(layout.names[0]) + "; the inputs are missing");
  }
  if (!choice.group.empty()) layout.group = roles.give(choice.group, "group");
  roles.give(choice.ignore, "ignore");
  roles.give(choice.columns, "columns");
  layout.inputs = roles.with(choice.columns.empty() ? "" : "columns");
  if (layout.inputs.empty()) refuse_line(source, 1, "no column is left for the inputs");
  for (const std::string& name : choice.categories) {
    const std::size_t place = position(name, layout.names, source);
    if (std::find(layout.inputs.begin(), layout.inputs.end(), place) == layout.inputs.end()) {
      refuse_line(source, 1, "column " + shown(name) + " is in categories, but it is no input");
    }
  }
  return layout;
}

CsvLayout read_same_header(CsvRecords& records, const CsvLayout& known, const std::string& source) {
  CsvLayout layout;
  layout.names = header_names(records, source);
  const auto place = [&](std::size_t column) { return position(known.names[column], layout.names, source); };
  std::transform(known.inputs.begin(), known.inputs.end(), std::back_inserter(layout.inputs), place);
  std::transform(known.targets.begin(), known.targets.end(), std::back_inserter(layout.targets), place);
  return layout;
}

}  // namespace pegbox

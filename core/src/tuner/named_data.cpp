#include "named_data.hpp"

#include <filesystem>

#include "at_place.hpp"
#include "data/bundled.hpp"
#include "data/cifar.hpp"
#include "data/content_hash.hpp"
#include "data/csv.hpp"
#include "data/idx.hpp"
#include "data/image_folder.hpp"
#include "data/npy.hpp"

namespace pegbox {
namespace {

Missing missing_of(const DataChoice& data) {
  if (data.missing == "mean") return Missing::mean;
  return data.missing == "drop" ? Missing::drop : Missing::refuse;
}

WantedTask task_of(const DataChoice& data) {
  if (data.task.empty()) return WantedTask::found;
  return data.task == "regression" ? WantedTask::regression : WantedTask::classification;
}

Table load_csv(const DataChoice& data) {
  CsvChoice choice;
  choice.targets = data.target;
  choice.group = data.group;
  choice.columns = data.columns;
  choice.ignore = data.ignore;
  choice.categories = data.categories;
  choice.missing = missing_of(data);
  choice.task = task_of(data);
  choice.shape = data.shape;
  return read_csv(data.files.at(0), choice, data.test.empty() ? std::filesystem::path() : data.test.front());
}

Table load_npy(const DataChoice& data) {
  const NpyFiles test = data.test.empty() ? NpyFiles() : NpyFiles{data.test.at(0), data.test.at(1)};
  return read_npy({data.files.at(0), data.files.at(1)}, {data.shape, task_of(data), missing_of(data)}, test);
}

Table load_images(const DataChoice& data) {
  ImageChoice choice;
  if (!data.size.empty()) {
    choice.size = ImageSize{static_cast<std::size_t>(data.size.at(0)), static_cast<std::size_t>(data.size.at(1))};
  }
  if (data.channels) choice.channels = static_cast<std::size_t>(*data.channels);
  return read_images(data.files.at(0), choice);
}

Table load(const DataChoice& data) {
  if (data.kind == "csv") return load_csv(data);
  if (data.kind == "npy") return load_npy(data);
  if (data.kind == "idx") return read_idx(data.files.at(0));
  if (data.kind == "cifar10") return read_cifar10(data.files.at(0));
  if (data.kind == "cifar100") {
    return read_cifar100(data.files.at(0), data.labels == "coarse" ? CifarLabels::coarse : CifarLabels::fine);
  }
  if (data.kind == "images") return load_images(data);
  return at_place(data.place, [&] { return bundled(data.name); });
}

Json path_json(const std::filesystem::path& file) {
  return std::filesystem::absolute(file).lexically_normal().string();
}

/// One as itself, several as a list.
template <class Items, class Convert>
Json one_or_list(const Items& items, const Convert& convert) {
  if (items.size() == 1) return convert(items.front());
  Json list = Json::array();
  for (const auto& item : items) list.push_back(convert(item));
  return list;
}

}  // namespace

std::optional<Table> load_data(const DataChoice& data) {
  if (!data.named()) return {};
  return load(data);
}

Json data_json(const DataChoice& data, const std::optional<Table>& table) {
  if (!table) return nullptr;
  const auto text = [](const std::string& one) { return Json(one); };
  Json json = Json::object();
  json[data.kind] = data.name.empty() ? one_or_list(data.files, path_json) : Json(data.name);
  if (!data.test.empty()) json["test"] = one_or_list(data.test, path_json);
  if (!data.target.empty()) json["target"] = one_or_list(data.target, text);
  for (const auto& [key, columns] :
       {std::pair("columns", &data.columns), {"ignore", &data.ignore}, {"categories", &data.categories}}) {
    if (!columns->empty()) json[key] = *columns;
  }
  for (const auto& [key, word] :
       {std::pair("group", &data.group), {"missing", &data.missing}, {"task", &data.task}, {"labels", &data.labels}}) {
    if (!word->empty()) json[key] = *word;
  }
  if (!data.shape.empty()) json["shape"] = data.shape;
  if (!data.size.empty()) json["size"] = data.size;
  if (data.channels) json["channels"] = *data.channels;
  json["hash"] = content_hash(*table);
  return json;
}

}  // namespace pegbox

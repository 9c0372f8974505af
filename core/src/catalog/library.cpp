#include "library.hpp"

#include <algorithm>
#include <cstddef>
#include <dlfcn.h>
#include <map>
#include <mutex>

#include <boost/dll/shared_library.hpp>

#include <pegbox/error.hpp>

#include "libtorch.hpp"

namespace pegbox {
namespace {

std::string owner(const PluginFile& file) { return file.stamp.kind + " '" + file.stamp.name + "'"; }
std::string owner_and_path(const PluginFile& file) { return owner(file) + " (" + file.path.string() + ")"; }

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

/// What the dynamic linker says of its last failure in this thread, without the path that it puts in front.
std::string linker_reason(const std::filesystem::path& path) {
  const char* const text = dlerror();
  if (text == nullptr) return "unknown reason";
  const std::string reason = one_line(text);
  const std::string front = path.string() + ": ";
  return reason.starts_with(front) ? reason.substr(front.size()) : reason;
}

/// Of the libraries of LibTorch those that pegbox's are linked with.
bool lacks_libtorch(const std::string& reason) {
  return reason.starts_with("libtorch_cpu.so:") || reason.starts_with("libc10.so:");
}

/// All libraries that were ever loaded, each once.
class Libraries {
 public:
  /// Throws `PluginError` with the dynamic linker's reason.
  const boost::dll::shared_library& open(const std::filesystem::path& path) {
    std::error_code error;
    const auto full = std::filesystem::canonical(path, error);
    if (error) throw PluginError(error.message());
    const std::lock_guard lock(mutex_);
    if (const auto found = loaded_.find(full); found != loaded_.end()) return found->second;
    return loaded_.emplace(full, loaded(full)).first->second;
  }

 private:
  static boost::dll::shared_library loaded(const std::filesystem::path& full) {
    std::error_code error;
    boost::dll::shared_library library;
    library.load(full, error, boost::dll::load_mode::rtld_now);
    if (!error) return library;
    std::string reason = linker_reason(full);
    if (!lacks_libtorch(reason)) throw PluginError(reason);
    if (!load_libtorch()) throw PluginError(reason + "; " + libtorch_advice());
    library.load(full, error, boost::dll::load_mode::rtld_now);
    if (error) throw PluginError(linker_reason(full));
    return library;
  }

  std::mutex mutex_;
  std::map<std::filesystem::path, boost::dll::shared_library> loaded_;
};

/// Never destroyed: at exit, threads and objects of the libraries may still be there.
Libraries& libraries() {
  static Libraries& all = *new Libraries;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
  return all;
}

template <class Table>
const Table& load(const PluginFile& file, const std::string& kind) try {
  if (file.stamp.kind != kind) throw PluginError("it is not a " + kind);
  const boost::dll::shared_library& library = libraries().open(file.path);
  const std::string symbol = "pegbox_" + kind;
  if (!library.has(symbol)) throw PluginError("it does not export " + symbol);
  return library.get<const Table>(symbol);
} catch (const PluginError& error) {
  throw PluginError(owner_and_path(file) + " cannot be loaded: " + error.what());
}

}  // namespace

const StrategyPlugin& load_strategy(const PluginFile& file) { return load<StrategyPlugin>(file, "strategy"); }
const PrunerPlugin& load_pruner(const PluginFile& file) { return load<PrunerPlugin>(file, "pruner"); }
const ModelPlugin& load_model(const PluginFile& file) { return load<ModelPlugin>(file, "model"); }

const void* host_symbol(const std::filesystem::path& path, const std::string& symbol) try {
  const boost::dll::shared_library& library = libraries().open(path);
  if (!library.has(symbol)) throw PluginError("it does not export " + symbol);
  return &library.get<const std::byte>(symbol);
} catch (const PluginError& error) {
  throw PluginError(path.string() + " cannot be loaded: " + error.what());
}

void rethrow_from(const PluginFile& file) {
  try {
    throw;
  } catch (const PluginError&) {
    throw;
  } catch (const StudyError& error) {
    const std::string message = error.what();
    throw StudyError(message.starts_with(owner(file)) ? message : owner(file) + ": " + message);
  } catch (const std::exception& error) {
    throw PluginError(owner_and_path(file) + " threw at start: " + one_line(error.what()));
  } catch (...) {
    throw PluginError(owner_and_path(file) + " threw at start: something that is not an exception");
  }
}

}  // namespace pegbox

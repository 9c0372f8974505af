// A model whose table does not need LibTorch: it describes itself and then cannot be made.
#include <stdexcept>

#include <pegbox/model_plugin.hpp>
#include <pegbox/plugin.hpp>

namespace pegbox {
class Model {};
}  // namespace pegbox

PEGBOX_STAMP("model", "throwing_model", "Cannot be made", "")

PEGBOX_EXPORT constinit const pegbox::ModelPlugin pegbox_model{
    []() -> std::vector<pegbox::Setting> { return {}; },
    [](const pegbox::Settings&) -> pegbox::ModelDescription {
      return {pegbox::SearchSpace({pegbox::Parameter{"width", pegbox::Integer{1, 8}}}), true};
    },
    [](const pegbox::Settings&) -> std::unique_ptr<pegbox::Model> { throw std::runtime_error("no bricks"); }};

"""What TensorBoard shows of a folder, asked of its own readers and of the backend of HParams."""
from tensorboard.backend.event_processing import data_provider, plugin_event_multiplexer
from tensorboard.context import RequestContext
from tensorboard.plugins import base_plugin
from tensorboard.plugins.hparams import api_pb2, backend_context, get_experiment, list_session_groups
from tensorboard.plugins.scalar import metadata as scalar_metadata

try:
    from tensorboard.data import server_ingester
    from tensorboard.util import grpc_util
except ImportError:  # it needs gRPC
    server_ingester = None

STATUSES = {api_pb2.STATUS_UNKNOWN: None, api_pb2.STATUS_SUCCESS: "success", api_pb2.STATUS_FAILURE: "failure"}
TYPES = {api_pb2.DATA_TYPE_STRING: "text", api_pb2.DATA_TYPE_BOOL: "boolean", api_pb2.DATA_TYPE_FLOAT64: "number"}
MOST_POINTS = 1000


def plain(value):
    """A protobuf Value as Python has it."""
    return getattr(value, value.WhichOneof("kind"))


class Board:
    def __init__(self, provider):
        self.provider = provider
        self.context = RequestContext()
        self.hparams = backend_context.Context(base_plugin.TBContext(data_provider=provider))

    def runs(self):
        return sorted(run.run_name for run in self.provider.list_runs(self.context, experiment_id=""))

    def scalars(self):
        """For each run and tag the steps and values."""
        read = self.provider.read_scalars(self.context, experiment_id="", plugin_name=scalar_metadata.PLUGIN_NAME,
                                          downsample=MOST_POINTS)
        return {run: {tag: [(point.step, point.value) for point in series] for tag, series in tags.items()}
                for run, tags in read.items()}

    def experiment(self):
        return get_experiment.Handler(self.context, self.hparams, "", api_pb2.GetExperimentRequest()).run()

    def columns(self):
        """For each hyperparameter its type, and its values or the ends of its range."""
        columns = {}
        for info in self.experiment().hparam_infos:
            domain = ([plain(value) for value in info.domain_discrete.values]
                      if info.WhichOneof("domain") == "domain_discrete"
                      else (info.domain_interval.min_value, info.domain_interval.max_value))
            columns[info.name] = (TYPES[info.type], domain)
        return columns

    def metrics(self):
        return [info.name.tag for info in self.experiment().metric_infos]

    def sessions(self):
        """For each session (name, status, hyperparameters, metrics)."""
        request = api_pb2.ListSessionGroupsRequest(
            start_index=0, slice_size=10000, allowed_statuses=[*STATUSES, api_pb2.STATUS_RUNNING])
        groups = list_session_groups.Handler(self.context, self.hparams, "", request).run().session_groups
        sessions = {}
        for group in groups:
            [session] = group.sessions
            if session.start_time_secs <= 0 or (session.status and session.end_time_secs < session.start_time_secs):
                raise AssertionError(f"{session.name} runs from {session.start_time_secs} to {session.end_time_secs}")
            sessions[session.name] = (STATUSES[session.status],
                                      {name: plain(value) for name, value in group.hparams.items()},
                                      {metric.name.tag: metric.value for metric in session.metric_values})
        return sessions


def python_board(folder):
    """As TensorBoard reads it in Python."""
    multiplexer = plugin_event_multiplexer.EventMultiplexer()
    multiplexer.AddRunsFromDirectory(str(folder))
    multiplexer.Reload()
    return Board(data_provider.MultiplexerDataProvider(multiplexer, str(folder)))


def server_boards(folder):
    """As TensorBoard's data server reads it, where that and gRPC are among the packages."""
    if server_ingester is None:
        return []
    try:
        binary = server_ingester.get_server_binary()
    except server_ingester.NoDataServerError:
        return []
    ingester = server_ingester.SubprocessServerDataIngester(
        binary, str(folder), reload_interval=0, channel_creds_type=grpc_util.ChannelCredsType.LOCAL)
    ingester.start()
    return [Board(ingester.data_provider)]


def boards(folder):
    """The folder by each of the readers."""
    return [python_board(folder), *server_boards(folder)]

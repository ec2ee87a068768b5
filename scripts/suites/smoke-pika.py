# Smoke tests of a broker with pika, the Python client. Prints "ok - TEST" or "not ok - TEST: WHY" for each.
#
#   /usr/bin/python3 smoke-pika.py URL      on an empty vhost
import sys
import time
import uuid
from datetime import datetime
from decimal import Decimal

import pika
from pika import exceptions
from pika.exchange_type import ExchangeType

URL = sys.argv[1]
WAIT = 5  # seconds for what must arrive
QUIET = 0.3  # seconds for what must not


def connect(**changes):
    parameters = pika.URLParameters(URL)
    parameters.socket_timeout = WAIT
    parameters.stack_timeout = WAIT
    for name, value in changes.items():
        setattr(parameters, name, value)
    return pika.BlockingConnection(parameters)


def confirming(connection):
    """A channel on which basic_publish waits for the confirm: a count, or another connection, might overtake the message."""
    channel = connection.channel()
    channel.confirm_delivery()
    return channel


def new_queue(channel, **arguments):
    name = f"smoke-{uuid.uuid4()}"
    channel.queue_declare(name, durable=True, arguments=arguments)
    return name


def publish(channel, queue, body=b"", **properties):
    channel.basic_publish("", queue, body, pika.BasicProperties(**properties))


def get_all(channel, queue):
    got = []
    while True:
        method, properties, body = channel.basic_get(queue, auto_ack=True)
        if method is None:
            return got
        got.append((method, properties, body))


def get_one(connection, channel, queue):
    """Waits for a message that comes by a way of its own (a dead letter, a requeue). A consumer might take more than one."""
    deadline = time.monotonic() + WAIT
    while time.monotonic() < deadline:
        method, properties, body = channel.basic_get(queue, auto_ack=True)
        if method is not None:
            return method, properties, body
        connection.sleep(0.02)
    raise AssertionError(f"nothing came within {WAIT} s")


def process_until(connection, condition):
    """Takes what comes until the condition holds; fails nothing, that is for the caller to see."""
    deadline = time.monotonic() + WAIT
    while not condition() and time.monotonic() < deadline:
        connection.process_data_events(time_limit=0.05)


def equal(actual, wanted):
    assert actual == wanted, f"{actual!r} instead of {wanted!r}"


def refused(kind, code, text, action):
    """The action must end in this exception, with this code, and a reason that starts with this text."""
    try:
        action()
    except kind as error:
        equal(error.reply_code, code)
        assert error.reply_text.startswith(text), error.reply_text
    else:
        raise AssertionError(f"not refused with {code}")


def refused_on_channel(code, text, action):
    with_connection(lambda connection: refused(exceptions.ChannelClosedByBroker, code, text, lambda: action(connection.channel())))


def with_connection(use, **changes):
    connection = connect(**changes)
    try:
        use(connection)
    finally:
        if connection.is_open:
            connection.close()


# --- Messages


def publish_and_get(connection):
    channel = confirming(connection)
    queue = new_queue(channel)
    publish(channel, queue, b"one")
    publish(channel, queue, b"two")
    method, _, body = channel.basic_get(queue, auto_ack=True)
    equal((body, method.redelivered, method.exchange, method.routing_key, method.message_count), (b"one", False, "", queue, 1))
    equal([body for _, _, body in get_all(channel, queue)], [b"two"])


def bodies(connection):
    channel = confirming(connection)
    queue = new_queue(channel)
    wanted = [b"", b"\x00", bytes(range(256)), b"\xce" * 131_064, bytes(range(256)) * 4_000]
    for body in wanted:
        publish(channel, queue, body)
    equal([body for _, _, body in get_all(channel, queue)], wanted)


def small_frames(connection):
    channel = confirming(connection)
    queue = new_queue(channel)
    body = bytes(range(256)) * 100
    publish(channel, queue, body)
    equal(get_all(channel, queue)[0][2], body)


def headers(connection):
    channel = confirming(connection)
    queue = new_queue(channel)
    wanted = {
        "text": "žluťoučký",
        "empty": "",
        "int": 42,
        "negative": -42,
        "long": 2**40,
        "yes": True,
        "no": False,
        "none": None,
        "bytes": b"\x00\xff",
        "decimal": Decimal("3.14"),
        "time": datetime(2024, 2, 29, 12, 30),
        "list": ["a", 1, [True, None], {"deep": "er"}],
        "table": {"inner": {"x": 1}, "empty": {}},
    }
    publish(channel, queue, headers=wanted)
    equal(get_all(channel, queue)[0][1].headers, wanted)


def properties(connection):
    channel = confirming(connection)
    queue = new_queue(channel)
    user = connection._impl.params.credentials.username
    wanted = dict(
        content_type="text/plain",
        content_encoding="utf-8",
        headers={"a": "b"},
        delivery_mode=2,
        priority=9,
        correlation_id="42",
        reply_to="back",
        expiration="60000",
        message_id="m-1",
        timestamp=1_700_000_000,
        type="greeting",
        user_id=user,
        app_id="smoke",
        cluster_id="c",
    )
    publish(channel, queue, **wanted)
    got = get_all(channel, queue)[0][1]
    equal({name: getattr(got, name) for name in wanted}, wanted)


def no_properties(connection):
    channel = confirming(connection)
    queue = new_queue(channel)
    publish(channel, queue)
    equal(get_all(channel, queue)[0][1], pika.BasicProperties())


def confirms(connection):
    channel = confirming(connection)
    queue = new_queue(channel)
    for count in range(100):
        publish(channel, queue, str(count).encode(), delivery_mode=2)
    equal(channel.queue_declare(queue, passive=True).method.message_count, 100)


def mandatory(connection):
    channel = confirming(connection)
    try:
        channel.basic_publish("amq.direct", "nowhere", b"back", mandatory=True)
    except exceptions.UnroutableError as error:
        message = error.messages[0]
        equal((message.method.reply_code, message.method.reply_text, message.body), (312, "NO_ROUTE", b"back"))
    else:
        raise AssertionError("not returned")


def reject_publish(connection):
    channel = confirming(connection)
    queue = new_queue(channel, **{"x-max-length": 1, "x-overflow": "reject-publish"})
    publish(channel, queue, b"fits")
    try:
        publish(channel, queue, b"one too many")
    except exceptions.NackError:
        equal([body for _, _, body in get_all(channel, queue)], [b"fits"])
    else:
        raise AssertionError("not nacked")


# --- Consumers


def consume(connection):
    channel = confirming(connection)
    channel.basic_qos(prefetch_count=10)
    queue = new_queue(channel)
    for count in range(100):
        publish(channel, queue, str(count).encode())
    got = []
    for method, _, body in channel.consume(queue, inactivity_timeout=WAIT):
        assert method is not None, f"only {len(got)} came"
        got.append(body)
        channel.basic_ack(method.delivery_tag)
        if len(got) == 100:
            break
    channel.cancel()
    equal(got, [str(count).encode() for count in range(100)])
    equal(channel.queue_declare(queue, passive=True).method.message_count, 0)


def prefetch(connection):
    channel = confirming(connection)
    channel.basic_qos(prefetch_count=3)
    queue = new_queue(channel)
    tags = []
    channel.basic_consume(queue, lambda _channel, method, _properties, _body: tags.append(method.delivery_tag))
    for _ in range(10):
        publish(channel, queue)
    process_until(connection, lambda: len(tags) >= 3)
    connection.process_data_events(time_limit=QUIET)
    equal(tags, [1, 2, 3])
    channel.basic_ack(2, multiple=True)
    process_until(connection, lambda: len(tags) >= 5)
    connection.process_data_events(time_limit=QUIET)
    equal(tags, [1, 2, 3, 4, 5])


def requeue_in_place(connection):
    channel = confirming(connection)
    queue = new_queue(channel)
    for body in (b"a", b"b", b"c"):
        publish(channel, queue, body)
    method, _, body = channel.basic_get(queue)
    equal(body, b"a")
    channel.basic_nack(method.delivery_tag, requeue=True)
    equal([(body, method.redelivered) for method, _, body in get_all(channel, queue)], [(b"a", True), (b"b", False), (b"c", False)])


def requeue_of_a_lost_connection(connection):
    channel = confirming(connection)
    queue = new_queue(channel)
    publish(channel, queue, b"again")
    other = connect()
    other.channel().basic_get(queue)
    other.close()
    method, _, body = get_one(connection, channel, queue)
    equal((body, method.redelivered), (b"again", True))


def cancelled_with_the_queue(connection):
    channel = confirming(connection)
    queue = new_queue(channel)
    cancelled = []
    channel.add_on_cancel_callback(lambda frame: cancelled.append(frame.method.consumer_tag))
    tag = channel.basic_consume(queue, lambda *_: None)
    with_connection(lambda other: other.channel().queue_delete(queue))
    process_until(connection, lambda: cancelled)
    equal(cancelled, [tag])


def exclusive_consumer(connection):
    channel = confirming(connection)
    queue = new_queue(channel)
    channel.basic_consume(queue, lambda *_: None, exclusive=True)
    refused_on_channel(403, f"ACCESS_REFUSED - queue '{queue}' in vhost", lambda other: other.basic_consume(queue, lambda *_: None))


# --- Topology


def route(connection, exchange_type, bindings, publishings):
    """bindings: {name: (key, arguments)}; publishings: [(key, headers, the names that it must reach)]."""
    channel = confirming(connection)
    exchange = f"smoke-{uuid.uuid4()}"
    channel.exchange_declare(exchange, exchange_type, durable=True)
    queues = {}
    for name, (key, arguments) in bindings.items():
        queues[name] = new_queue(channel)
        channel.queue_bind(queues[name], exchange, key, arguments)
    for key, header, wanted in publishings:
        channel.basic_publish(exchange, key, b"x", pika.BasicProperties(headers=header))
        reached = {name for name, queue in queues.items() if get_all(channel, queue)}
        assert reached == set(wanted), f"{key} {header} reached {reached} instead of {wanted}"
    channel.exchange_delete(exchange)


def direct(connection):
    route(connection, ExchangeType.direct, {"a": ("a", None), "b": ("b", None)}, [("a", None, "a"), ("b", None, "b"), ("c", None, "")])


def fanout(connection):
    route(connection, ExchangeType.fanout, {"a": ("a", None), "b": ("", None)}, [("any", None, "ab")])


def topic(connection):
    bindings = {"a": ("*.orange.*", None), "b": ("lazy.#", None), "c": ("#", None), "d": ("#.end", None)}
    publishings = [("quick.orange.fox", None, "ac"), ("lazy", None, "bc"), ("lazy.orange.end", None, "abcd"), ("orange", None, "c"), ("", None, "c")]
    route(connection, ExchangeType.topic, bindings, publishings)


def headers_exchange(connection):
    bindings = {"a": ("", {"x-match": "all", "n": 1, "t": "x"}), "b": ("", {"x-match": "any", "n": 1, "t": "x"})}
    publishings = [("", {"n": 1, "t": "x"}, "ab"), ("", {"n": 1}, "b"), ("", {"n": "1"}, ""), ("", None, "")]
    route(connection, ExchangeType.headers, bindings, publishings)


def exchange_to_exchange(connection):
    channel = confirming(connection)
    queue = new_queue(channel)
    channel.exchange_declare("smoke-e2e", "fanout", internal=True, durable=True)
    channel.exchange_bind("smoke-e2e", "amq.topic", "to.#")
    channel.queue_bind(queue, "smoke-e2e")
    channel.basic_publish("amq.topic", "to.there", b"x")
    equal([method.exchange for method, _, _ in get_all(channel, queue)], ["amq.topic"])
    channel.exchange_unbind("smoke-e2e", "amq.topic", "to.#")
    channel.basic_publish("amq.topic", "to.there", b"x")
    equal(get_all(channel, queue), [])
    channel.exchange_delete("smoke-e2e")


def alternate_exchange(connection):
    channel = confirming(connection)
    queue = new_queue(channel)
    channel.queue_bind(queue, "amq.fanout")
    channel.exchange_declare("smoke-alternate", "direct", durable=True, arguments={"alternate-exchange": "amq.fanout"})
    channel.basic_publish("smoke-alternate", "no.such.key", b"x")
    equal([(method.exchange, method.routing_key) for method, _, _ in get_all(channel, queue)], [("smoke-alternate", "no.such.key")])
    channel.exchange_delete("smoke-alternate")


def dead_letters(connection):
    channel = confirming(connection)
    dead = new_queue(channel)
    queue = new_queue(channel, **{"x-dead-letter-exchange": "", "x-dead-letter-routing-key": dead, "x-message-ttl": 60_000})
    publish(channel, queue, b"rejected")
    method, _, _ = channel.basic_get(queue)
    channel.basic_reject(method.delivery_tag, requeue=False)
    publish(channel, queue, b"expired", expiration="1")
    for body, reason in ((b"rejected", "rejected"), (b"expired", "expired")):
        method, properties, got = get_one(connection, channel, dead)
        death = properties.headers["x-death"][0]
        equal((got, death["reason"], death["queue"], death["count"], death["exchange"]), (body, reason, queue, 1, ""))
        equal(properties.headers["x-first-death-reason"], reason)
        equal(properties.expiration, None)


def queue_counts(connection):
    channel = confirming(connection)
    queue = new_queue(channel)
    for _ in range(3):
        publish(channel, queue)
    declared = channel.queue_declare(queue, durable=True).method
    equal((declared.queue, declared.message_count, declared.consumer_count), (queue, 3, 0))
    equal(channel.queue_purge(queue).method.message_count, 3)
    publish(channel, queue)
    equal(channel.queue_delete(queue).method.message_count, 1)
    equal(channel.queue_delete(queue).method.message_count, 0)


def server_named(connection):
    channel = confirming(connection)
    name = channel.queue_declare("", exclusive=True).method.queue
    assert name.startswith("amq.gen-"), name
    publish(channel, name, b"x")
    equal(channel.basic_get("", auto_ack=True)[2], b"x")  # no name: the queue last declared


def exclusive_queue(connection):
    name = connection.channel().queue_declare("", exclusive=True).method.queue
    refused_on_channel(405, "RESOURCE_LOCKED - cannot obtain exclusive access to locked queue", lambda other: other.queue_declare(name, passive=True))
    connection.close()
    refused_on_channel(404, f"NOT_FOUND - no queue '{name}' in vhost", lambda other: other.queue_declare(name, passive=True))


def tx(connection):
    channel = connection.channel()
    queue = new_queue(channel)
    channel.tx_select()
    publish(channel, queue, b"undone")
    channel.tx_rollback()
    publish(channel, queue, b"done")
    equal(channel.queue_declare(queue, passive=True).method.message_count, 0)
    channel.tx_commit()
    equal([body for _, _, body in get_all(channel, queue)], [b"done"])


def rpc(connection):
    channel = confirming(connection)
    answers = []
    channel.basic_consume("amq.rabbitmq.reply-to", lambda _channel, _method, _properties, body: answers.append(body), auto_ack=True)
    queue = new_queue(channel)
    publish(channel, queue, b"ping", reply_to="amq.rabbitmq.reply-to")

    def answer(other):
        _, properties, _ = other.channel().basic_get(queue, auto_ack=True)
        publish(other.channel(), properties.reply_to, b"pong")

    with_connection(answer)
    process_until(connection, lambda: answers)
    equal(answers, [b"pong"])


# --- Refusals


def missing_queue(_):
    refused_on_channel(404, "NOT_FOUND - no queue 'absent' in vhost", lambda channel: channel.queue_declare("absent", passive=True))
    refused_on_channel(404, "NOT_FOUND - no queue 'absent' in vhost", lambda channel: channel.basic_get("absent"))
    refused_on_channel(404, "NOT_FOUND - no queue 'absent' in vhost", lambda channel: channel.queue_bind("absent", "amq.topic"))


def missing_exchange(_):
    refused_on_channel(404, "NOT_FOUND - no exchange 'absent' in vhost", lambda channel: channel.exchange_declare("absent", passive=True))

    def publish_confirmed(channel):
        channel.confirm_delivery()
        channel.basic_publish("absent", "", b"")

    refused_on_channel(404, "NOT_FOUND - no exchange 'absent' in vhost", publish_confirmed)


def other_arguments(connection):
    queue = new_queue(connection.channel())
    inequivalent = f"PRECONDITION_FAILED - inequivalent arg 'durable' for queue '{queue}' in vhost"
    refused_on_channel(406, inequivalent, lambda channel: channel.queue_declare(queue, durable=False))
    inequivalent = f"PRECONDITION_FAILED - inequivalent arg 'x-max-length' for queue '{queue}' in vhost"
    refused_on_channel(406, inequivalent, lambda channel: channel.queue_declare(queue, durable=True, arguments={"x-max-length": 1}))
    inequivalent = "PRECONDITION_FAILED - inequivalent arg 'type' for exchange 'amq.topic' in vhost"
    refused_on_channel(406, inequivalent, lambda channel: channel.exchange_declare("amq.topic", "direct", durable=True))


def bad_arguments(_):
    text = "PRECONDITION_FAILED - invalid arg 'x-max-length' for queue 'bad' in vhost"
    refused_on_channel(406, text, lambda channel: channel.queue_declare("bad", durable=True, arguments={"x-max-length": -1}))


def unknown_tag(_):
    def ack(channel):
        channel.basic_ack(7)
        channel.queue_declare("", passive=True)

    refused_on_channel(406, "PRECONDITION_FAILED - unknown delivery tag 7", ack)


def reserved_names(_):
    text = "ACCESS_REFUSED - queue name 'amq.mine' contains reserved prefix 'amq.*'"
    refused_on_channel(403, text, lambda channel: channel.queue_declare("amq.mine", durable=True))
    text = "ACCESS_REFUSED - operation not permitted on the default exchange"
    refused_on_channel(403, text, lambda channel: channel.exchange_declare("", "direct", durable=True))


def queue_not_empty(connection):
    channel = confirming(connection)
    queue = new_queue(channel)
    publish(channel, queue)
    refused_on_channel(406, f"PRECONDITION_FAILED - queue '{queue}' in vhost", lambda other: other.queue_delete(queue, if_empty=True))


def unknown_exchange_type(_):
    text = "PRECONDITION_FAILED - unknown exchange type 'no-such-type'"
    refused_on_channel(406, text, lambda channel: channel.exchange_declare("strange", "no-such-type", durable=True))


def wrong_password(_):
    try:
        connect(credentials=pika.PlainCredentials("guest", "wrong"))
    except exceptions.ProbableAuthenticationError as error:
        assert "ACCESS_REFUSED" in str(error), error
    else:
        raise AssertionError("let in")


def missing_vhost(_):
    try:
        connect(virtual_host="absent")
    except exceptions.ConnectionClosedByBroker as error:  # pika turns it into another exception in some releases
        equal(error.reply_code, 530)
    except exceptions.ProbableAccessDeniedError as error:
        assert "NOT_ALLOWED - vhost absent not found" in str(error), error
    else:
        raise AssertionError("let in")


def a_channel_fault_spares_the_rest(connection):
    channel, other = confirming(connection), connection.channel()
    queue = new_queue(channel)
    refused(exceptions.ChannelClosedByBroker, 404, "NOT_FOUND", lambda: other.basic_get("absent"))
    publish(channel, queue, b"still here")
    equal([body for _, _, body in get_all(channel, queue)], [b"still here"])
    publish(connection.channel(other.channel_number), queue, b"number reused")
    equal(get_one(connection, channel, queue)[2], b"number reused")


def heartbeats(connection):
    # Neither side may miss the other's: the broker gives up after two, and so does pika.
    connection.process_data_events(time_limit=4)
    assert connection.is_open
    connection.channel().queue_declare("", exclusive=True)


TESTS = [
    publish_and_get,
    bodies,
    (small_frames, {"frame_max": 8192}),
    headers,
    properties,
    no_properties,
    confirms,
    mandatory,
    reject_publish,
    consume,
    prefetch,
    requeue_in_place,
    requeue_of_a_lost_connection,
    cancelled_with_the_queue,
    exclusive_consumer,
    direct,
    fanout,
    topic,
    headers_exchange,
    exchange_to_exchange,
    alternate_exchange,
    dead_letters,
    queue_counts,
    server_named,
    exclusive_queue,
    tx,
    rpc,
    missing_queue,
    missing_exchange,
    other_arguments,
    bad_arguments,
    unknown_tag,
    reserved_names,
    queue_not_empty,
    unknown_exchange_type,
    wrong_password,
    missing_vhost,
    a_channel_fault_spares_the_rest,
    (heartbeats, {"heartbeat": 1}),
]

failed = 0
for entry in TESTS:
    test, changes = entry if isinstance(entry, tuple) else (entry, {})
    name = test.__name__.replace("_", " ")
    try:
        with_connection(test, **changes)
        print(f"ok - {name}", flush=True)
    except Exception as error:  # pylint: disable=broad-except
        failed += 1
        reason = " ".join(f"{type(error).__name__} {error}".split())
        print(f"not ok - {name}: {reason}", flush=True)
print(f"1..{len(TESTS)}")
sys.exit(1 if failed else 0)

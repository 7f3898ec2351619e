#!/usr/bin/python3
"""A client that counts messages by name, for tests of messages that go from one site to another.

  site-client.py ADDRESS VHOST USER publish EXCHANGE:NAME KEY NAME COUNT   publishes NAME-1 to NAME-COUNT, all confirmed
  site-client.py ADDRESS VHOST USER consume QUEUE NAME COUNT               until COUNT of them were seen

The password is read from standard input. What it ends with is one JSON line. It connects again where a broker goes.
"""
import json
import sys
import time

import pika
from pika.adapters.utils import connection_workflow

SECONDS = 80


def connect(address, vhost, user, password):
    connection = pika.BlockingConnection(pika.ConnectionParameters(
        host=address, virtual_host=vhost, credentials=pika.PlainCredentials(user, password),
        socket_timeout=5, stack_timeout=10, heartbeat=10))
    return connection, connection.channel()


def again(body):
    """Runs body until it says that it is done, or the time is over."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        try:
            if body(end):
                return
        except (pika.exceptions.AMQPError, connection_workflow.AMQPConnectorException, OSError) as problem:
            print(repr(problem), file=sys.stderr)
            time.sleep(0.5)


def publish(login, exchange, key, name, count):
    confirmed = 0

    def some(end):
        nonlocal confirmed
        connection, channel = connect(*login)
        channel.confirm_delivery()
        while confirmed < count:
            properties = pika.BasicProperties(delivery_mode=2)
            channel.basic_publish(exchange, key, f"{name}-{confirmed + 1}", properties)
            confirmed += 1
        connection.close()
        return True

    again(some)
    if confirmed < count:
        sys.exit(f"only {confirmed} of {count} were confirmed")
    return {"confirmed": confirmed}


def consume(login, queue, name, count):
    expected = {f"{name}-{number + 1}" for number in range(count)}
    found, repeated, others = set(), 0, 0

    def some(end):
        nonlocal repeated, others
        connection, channel = connect(*login)
        channel.basic_qos(prefetch_count=100)
        for method, _, body in channel.consume(queue, inactivity_timeout=1):
            if method is None:
                if expected <= found or time.monotonic() > end:
                    break
                continue
            text = body.decode()
            if text not in expected:
                others += 1
            elif text in found:
                repeated += 1
            found.add(text)
            channel.basic_ack(method.delivery_tag)
        connection.close()
        return True

    again(some)
    return {"distinct": len(found & expected), "repeated": repeated, "others": others}


def main(address, vhost, user, verb, *rest):
    login = (address, vhost, user, sys.stdin.readline().rstrip("\n"))
    if verb == "publish":
        exchange, key, name, count = rest
        answer = publish(login, exchange.removeprefix("EXCHANGE:"), key, name, int(count))
    else:
        queue, name, count = rest
        answer = consume(login, queue, name, int(count))
    print(json.dumps(answer))


main(*sys.argv[1:])

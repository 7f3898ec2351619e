#!/usr/bin/python3
"""A client of the field, for tests and benchmarks: it publishes with confirms, reconnects, and knows what was lost.

  amqp-client.py publish ADDRESS VHOST QUEUE RECORD   until RECORD.stop is there; one line "ID MILLISECONDS" a confirm
  amqp-client.py consume ADDRESS VHOST QUEUE RECORD   takes all there is, and holds it against the record

The password of the user app is read from standard input. The queue is a quorum queue. What it ends with is one JSON line.
"""
import json
import os
import sys
import time

import pika

# A silent peer is noticed when its system has not acknowledged a byte for so long: a slow broker is not a dead host.
SILENCE_MS = 400
CONNECT_SECONDS = 0.3
# Without a confirm for so long, the message is published again on another connection: a channel whose queue had its leader
# on a node that froze may wait for ever (3.10.8).
CONFIRM_SECONDS = 10
# Pauses between two messages, so that a gap is measured to this.
PAUSE_SECONDS = 0.01


def connect(address, vhost, password, patient=False):
    connection = pika.BlockingConnection(pika.ConnectionParameters(
        host=address, virtual_host=vhost, credentials=pika.PlainCredentials("app", password),
        socket_timeout=10 if patient else CONNECT_SECONDS, stack_timeout=15 if patient else 2,
        tcp_options=None if patient else {"TCP_USER_TIMEOUT": SILENCE_MS}, heartbeat=10))
    return connection, connection.channel()


def declare(channel, queue):
    channel.queue_declare(queue, durable=True, arguments={"x-queue-type": "quorum"})


def expire():
    raise pika.exceptions.AMQPError(f"no confirm within {CONFIRM_SECONDS} s")


def publish(address, vhost, queue, record, password):
    times, reconnects, number, last_problem = [], -1, 0, None
    properties = pika.BasicProperties(delivery_mode=2)
    with open(record, "w", buffering=1) as lines:
        while not os.path.exists(record + ".stop"):
            try:
                connection, channel = connect(address, vhost, password)
                declare(channel, queue)
                channel.confirm_delivery()
                reconnects += 1
                while not os.path.exists(record + ".stop"):
                    timer = connection.call_later(CONFIRM_SECONDS, expire)
                    channel.basic_publish("", queue, str(number), properties, mandatory=True)
                    connection.remove_timeout(timer)
                    times.append(time.monotonic())
                    lines.write(f"{number} {round(times[-1] * 1000)}\n")
                    number += 1
                    time.sleep(PAUSE_SECONDS)
                connection.close()
            except (pika.exceptions.AMQPError, OSError) as problem:
                last_problem = repr(problem)
                time.sleep(0.02)
    gaps = sorted((round((b - a) * 1000) for a, b in zip(times, times[1:])), reverse=True)
    return {"confirmed": number, "reconnects": max(reconnects, 0), "gaps": gaps[:5], "problem": last_problem}


def consume(address, vhost, queue, record, password):
    with open(record) as lines:
        expected = {line.split()[0] for line in lines if line.endswith("\n")}
    taken, found, end = 0, set(), time.monotonic() + 60
    while time.monotonic() < end:
        try:
            connection, channel = connect(address, vhost, password, patient=True)
            channel.basic_qos(prefetch_count=500)
            for method, _, body in channel.consume(queue, inactivity_timeout=2):
                if method is None:
                    # Enough is enough only when nothing is missing: a queue may still be looking for its leader.
                    if expected <= found:
                        end = 0
                    break
                taken += 1
                found.add(body.decode())
                channel.basic_ack(method.delivery_tag)
            connection.close()
        except (pika.exceptions.AMQPError, OSError) as problem:
            print(repr(problem), file=sys.stderr)
            time.sleep(0.5)
    lost = sorted(expected - found, key=int)
    return {"expected": len(expected), "consumed": taken, "lost": len(lost), "first lost": lost[:10]}


def main():
    verb, address, vhost, queue, record = sys.argv[1:]
    password = sys.stdin.readline().rstrip("\n")
    actions = {"publish": publish, "consume": consume}
    print(json.dumps(actions[verb](address, vhost, queue, record, password)))


main()

/*
 * The cost of the kernel alone: writes every frame that arrives on the control connection to every client, with one
 * write(2) per client. Answers every client with a 101 without reading its request. `CPU\n` on a connection is
 * answered with the CPU time of the process in nanoseconds.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST_FILES 20000
enum kind { NONE, CLIENT, CONTROL };

static enum kind kinds[MOST_FILES];
static int clients[MOST_FILES];
static int client_count;
static unsigned char control[1 << 22];
static size_t control_size;
static const char ANSWER[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
static const char ESTABLISHED[] = "\x81\x21{\"type\":\"connection_established\"}";

static void leave(int fd) {
  for (int i = 0; i < client_count; i++)
    if (clients[i] == fd) clients[i] = clients[--client_count];
  kinds[fd] = NONE;
  close(fd);
}

static void publish(void) {
  size_t at = 0;
  while (control_size - at >= 4) {
    unsigned size;
    memcpy(&size, control + at, 4);
    if (control_size - at - 4 < size) break;
    for (int i = 0; i < client_count; i++)
      while (write(clients[i], control + at + 4, size) < 0 && errno == EAGAIN) usleep(100);
    at += 4 + size;
  }
  memmove(control, control + at, control_size - at);
  control_size -= at;
}

static void tell_cpu(int fd) {
  struct timespec now;
  char text[32];
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  int size = snprintf(text, sizeof text, "%lld\n", now.tv_sec * 1000000000LL + now.tv_nsec);
  if (write(fd, text, size) < 0) leave(fd);
}

static void begin(int fd, const char *text, ssize_t size) {
  if (size >= 4 && memcmp(text, "CPU\n", 4) == 0) {
    tell_cpu(fd);
  } else if (size >= 8 && memcmp(text, "PUBLISH\n", 8) == 0) {
    kinds[fd] = CONTROL;
    memcpy(control, text + 8, control_size = size - 8);
    publish();
  } else {
    kinds[fd] = CLIENT;
    clients[client_count++] = fd;
    if (write(fd, ANSWER, sizeof ANSWER - 1) < 0 || write(fd, ESTABLISHED, sizeof ESTABLISHED - 1) < 0) leave(fd);
  }
}

static void hear(int fd) {
  char text[4096];
  int is_control = kinds[fd] == CONTROL;
  ssize_t size = is_control ? read(fd, control + control_size, sizeof control - control_size) : read(fd, text, sizeof text);
  if (size <= 0) {
    if (size == 0 || errno != EAGAIN) leave(fd);
  } else if (is_control) {
    control_size += size;
    publish();
  } else if (kinds[fd] == NONE) {
    begin(fd, text, size);
  }
}

int main(void) {
  int listener = socket(AF_INET, SOCK_STREAM, 0), queue = epoll_create1(0), yes = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 511)) return 1;
  getsockname(listener, (struct sockaddr *)&address, &length);
  printf("listening on http://127.0.0.1:%d\n", ntohs(address.sin_port));
  fflush(stdout);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[256];
  epoll_ctl(queue, EPOLL_CTL_ADD, listener, &event);
  for (;;) {
    int count = epoll_wait(queue, events, 256, -1);
    for (int i = 0; i < count; i++) {
      if (events[i].data.fd != listener) {
        hear(events[i].data.fd);
        continue;
      }
      int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
      if (fd < 0 || fd >= MOST_FILES) continue;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
      event.data.fd = fd;
      epoll_ctl(queue, EPOLL_CTL_ADD, fd, &event);
    }
  }
}

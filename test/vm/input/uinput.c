/*
 * A person's hands on a device that does not exist: reads lines from its standard input and makes an input device of
 * them through /dev/uinput, which the kernel then has like any other.
 *
 *   key CODE | abs CODE MIN MAX | rel CODE | prop CODE | switch CODE   what the device can
 *   create NAME                                          it is plugged in
 *   e TYPE CODE VALUE                                    one event
 *   wait MILLISECONDS
 *
 * At the end of the input the device is pulled out.
 */
#include <fcntl.h>
#include <linux/uinput.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int fd;

static void check(int result, const char *what) {
	if (result >= 0) return;
	perror(what);
	_exit(1);
}

static void create(const char *name) {
	struct uinput_setup setup = { .id = { .bustype = BUS_VIRTUAL, .vendor = 1, .product = 1 } };
	strncpy(setup.name, name, sizeof setup.name - 1);
	check(ioctl(fd, UI_DEV_SETUP, &setup), "UI_DEV_SETUP");
	check(ioctl(fd, UI_DEV_CREATE), "UI_DEV_CREATE");
}

static void can(char what, int code, int minimum, int maximum) {
	if (what == 'k') {
		check(ioctl(fd, UI_SET_EVBIT, EV_KEY), "EV_KEY");
		check(ioctl(fd, UI_SET_KEYBIT, code), "UI_SET_KEYBIT");
	} else if (what == 'r') {
		check(ioctl(fd, UI_SET_EVBIT, EV_REL), "EV_REL");
		check(ioctl(fd, UI_SET_RELBIT, code), "UI_SET_RELBIT");
	} else if (what == 'a') {
		struct uinput_abs_setup axis = { .code = code, .absinfo = { .minimum = minimum, .maximum = maximum } };
		check(ioctl(fd, UI_SET_EVBIT, EV_ABS), "EV_ABS");
		check(ioctl(fd, UI_ABS_SETUP, &axis), "UI_ABS_SETUP");
	} else if (what == 's') {
		check(ioctl(fd, UI_SET_EVBIT, EV_SW), "EV_SW");
		check(ioctl(fd, UI_SET_SWBIT, code), "UI_SET_SWBIT");
	} else {
		check(ioctl(fd, UI_SET_PROPBIT, code), "UI_SET_PROPBIT");
	}
}

int main(void) {
	char line[256], name[80];
	int a, b, c;
	check(fd = open("/dev/uinput", O_RDWR | O_CLOEXEC), "/dev/uinput");
	while (fgets(line, sizeof line, stdin) != NULL) {
		a = b = c = 0;
		if (sscanf(line, "create %79[^\n]", name) == 1) create(name);
		else if (sscanf(line, "wait %d", &a) == 1) usleep(a * 1000);
		else if (sscanf(line, "e %d %d %d", &a, &b, &c) == 3) {
			struct input_event event = { .type = a, .code = b, .value = c };
			check(write(fd, &event, sizeof event) == sizeof event ? 0 : -1, "an event");
		} else if (sscanf(line, "%*s %d %d %d", &a, &b, &c) >= 1) can(line[0], a, b, c);
	}
	return 0;
}

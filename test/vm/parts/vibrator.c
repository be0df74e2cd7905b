/*
 * A vibrator that does not exist: an input device with rumble by /dev/uinput. Says on its standard output for how many
 * milliseconds it would have moved, one line for each time that it is played.
 */
#include <fcntl.h>
#include <linux/uinput.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { EFFECTS = 8 };

static int fd;
static int lengths[EFFECTS];

/* The kernel hands an effect over for as long as its upload or erasure lasts. */
static void upload(int request) {
	struct uinput_ff_upload upload = { .request_id = request };
	ioctl(fd, UI_BEGIN_FF_UPLOAD, &upload);
	lengths[upload.effect.id] = upload.effect.replay.length;
	upload.retval = 0;
	ioctl(fd, UI_END_FF_UPLOAD, &upload);
}

static void erase(int request) {
	struct uinput_ff_erase erase = { .request_id = request };
	ioctl(fd, UI_BEGIN_FF_ERASE, &erase);
	ioctl(fd, UI_END_FF_ERASE, &erase);
}

int main(void) {
	struct uinput_setup setup = {
		.id = { .bustype = BUS_VIRTUAL, .vendor = 1, .product = 2 },
		.name = "vibrator",
		.ff_effects_max = EFFECTS,
	};
	struct input_event event;

	fd = open("/dev/uinput", O_RDWR);
	if (fd < 0 || ioctl(fd, UI_SET_EVBIT, EV_FF) < 0 || ioctl(fd, UI_SET_FFBIT, FF_RUMBLE) < 0 ||
	    ioctl(fd, UI_DEV_SETUP, &setup) < 0 || ioctl(fd, UI_DEV_CREATE) < 0) {
		perror("vibrator");
		return 1;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	while (read(fd, &event, sizeof event) == sizeof event) {
		if (event.type == EV_UINPUT && event.code == UI_FF_UPLOAD) upload(event.value);
		if (event.type == EV_UINPUT && event.code == UI_FF_ERASE) erase(event.value);
		if (event.type == EV_FF && event.code < EFFECTS && event.value > 0) printf("%d ms\n", lengths[event.code]);
	}
	return 0;
}

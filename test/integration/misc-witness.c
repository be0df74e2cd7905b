/*
 * A second reading of Android's slot state in misc, by a C compiler's bit fields and a CRC of its own, to
 * judge Holdfast's. Reads records of 32 bytes and prints a line for each:
 *   FORMAT crc=ok|bad P/T/S/C… start=INDEX HEX
 * with priority, tries, successful and corrupted of each slot, the slot that the firmware starts (-1: none)
 * and the record as the firmware leaves it.
 */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
int printf(const char *format, ...);
long read(int fd, void *buffer, unsigned long count);
void *memcpy(void *to, const void *from, unsigned long count);
int memcmp(const void *a, const void *b, unsigned long count);

struct slot {
	u8 priority : 4;
	u8 tries : 3;
	u8 successful : 1;
	u8 corrupted : 1;
	u8 reserved : 7;
};

struct control {
	char suffix[4];
	u32 magic;
	u8 version;
	u8 counts[3];
	struct slot slots[4];
	u8 reserved[8];
	u32 crc;
};

struct avb_slot {
	u8 priority, tries, successful, reserved;
};

struct avb {
	u8 magic[4];
	u8 major, minor, reserved[2];
	struct avb_slot slots[2];
	u8 more[12];
	u8 crc[4];
};

static u32 crc_of(const u8 *bytes)
{
	u32 crc = 0xffffffff;
	for (int i = 0; i < 28; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static int better(struct slot a, struct slot b)
{
	if (a.priority != b.priority)
		return a.priority > b.priority;
	if (a.successful != b.successful)
		return a.successful > b.successful;
	return a.tries > b.tries;
}

static void judge_control(u8 *record)
{
	struct control it;
	memcpy(&it, record, 32);
	int count = it.counts[0] & 7, best = -1;
	printf("control crc=%s", it.crc == crc_of(record) ? "ok" : "bad");
	for (int i = 0; i < count; i++) {
		struct slot slot = it.slots[i];
		printf(" %d/%d/%d/%d", slot.priority, slot.tries, slot.successful, slot.corrupted);
		if (slot.corrupted || (!slot.tries && !slot.successful))
			continue;
		if (best < 0 || better(slot, it.slots[best]))
			best = i;
	}
	if (best >= 0) {
		if (!it.slots[best].successful)
			it.slots[best].tries--;
		memcpy(record, &it, 28);
		it.crc = crc_of(record);
		memcpy(record, &it, 32);
	}
	printf(" start=%d ", best);
}

static void judge_avb(u8 *record)
{
	struct avb it;
	memcpy(&it, record, 32);
	u32 crc = crc_of(record);
	u8 big[4] = { crc >> 24, crc >> 16, crc >> 8, crc };
	int best = -1;
	printf("avb crc=%s", memcmp(big, it.crc, 4) ? "bad" : "ok");
	for (int i = 0; i < 2; i++) {
		struct avb_slot *slot = &it.slots[i];
		printf(" %d/%d/%d/0", slot->priority, slot->tries, !!slot->successful);
		if (!slot->priority || !slot->successful == !slot->tries)
			continue;
		if (best < 0 || slot->priority > it.slots[best].priority)
			best = i;
	}
	if (best >= 0) {
		if (!it.slots[best].successful)
			it.slots[best].tries--;
		memcpy(record, &it, 28);
		crc = crc_of(record);
		u8 after[4] = { crc >> 24, crc >> 16, crc >> 8, crc };
		memcpy(record + 28, after, 4);
	}
	printf(" start=%d ", best);
}

int main(void)
{
	u8 record[32];
	if (sizeof(struct control) != 32 || sizeof(struct avb) != 32)
		return 2;
	while (read(0, record, 32) == 32) {
		if (memcmp(record, "\0AB0", 4))
			judge_control(record);
		else
			judge_avb(record);
		for (int i = 0; i < 32; i++)
			printf("%02x", record[i]);
		printf("\n");
	}
	return 0;
}

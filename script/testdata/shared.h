	char before;
	sem_t free;
	int counter, in;
	_Alignas(64) uint64_t atomically;
	char name[10];
	double x;
	float f;
	unsigned char bytes[5];
	struct {
		char a;
		short y;
		char who[4];
	} __attribute__((packed)) part[3];
	bool flag;
	int deep[2][3];

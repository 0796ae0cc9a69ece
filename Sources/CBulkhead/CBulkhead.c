#include "bulkhead.h"
